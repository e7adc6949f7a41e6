CREATE TABLE a (id integer PRIMARY KEY, v text); INSERT INTO a SELECT g,'v'||g FROM generate_series(1,5) g; CREATE TABLE k2 (x integer, y integer, v text, PRIMARY KEY (x,y)); INSERT INTO k2 VALUES (1,1,'a'),(1,2,'b'),(2,1,'c'); CREATE TABLE nopk (v text); INSERT INTO nopk VALUES ('q'),('r');
CREATE TABLE dbz (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048) NULL);
