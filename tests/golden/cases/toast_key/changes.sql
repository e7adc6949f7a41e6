UPDATE t SET k = 2;
UPDATE t SET k = 3, id = repeat('9876543210', 230);
UPDATE t SET k = 4, id = 'short';
UPDATE t SET k = 5;
DELETE FROM t;
