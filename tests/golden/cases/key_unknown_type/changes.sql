INSERT INTO t VALUES ('0/2', 'b');
UPDATE t SET v = 'c' WHERE p = '0/1';
UPDATE t SET p = '0/3' WHERE p = '0/1';
DELETE FROM t WHERE p = '0/2';
INSERT INTO m VALUES (2, '0/2', 'b');
DELETE FROM m WHERE id = 1;
