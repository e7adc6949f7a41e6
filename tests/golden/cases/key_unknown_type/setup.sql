CREATE TABLE t (p pg_lsn PRIMARY KEY, v text);
CREATE TABLE m (id integer PRIMARY KEY, p pg_lsn, v text);
INSERT INTO t VALUES ('0/1', 'a');
INSERT INTO m VALUES (1, '0/1', 'a');
