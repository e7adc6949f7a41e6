CREATE SCHEMA t;
CREATE TABLE t.a (id int primary key, tz timestamptz, tzd timestamptz DEFAULT '2024-07-01 00:00:00.5+00', tz3 timestamptz(3), ts timestamp, tsd timestamp DEFAULT '2020-06-30 23:30:00', ts3 timestamp(3), ts0 timestamp(0), ttz timetz, tm time, tm6 time(3), d date, arr timestamptz[], n int);
CREATE TABLE t.b (id int primary key, tz timestamptz, ts timestamp NOT NULL DEFAULT '2024-03-31 02:30:00', ttz timetz);
ALTER TABLE t.b REPLICA IDENTITY FULL;
INSERT INTO t.a VALUES (1,'2024-01-15 12:00:00.123456+00','2024-07-15 12:00:00+02','2024-01-15 12:00:00.120+00','2024-03-31 02:30:00','2024-10-27 02:30:00','2024-07-01 10:00:00.7','1969-12-31 23:59:59','10:00:00.5+02','10:00','10:00:00.25','2024-02-29',ARRAY['2024-01-15 12:00:00+00'::timestamptz],1);
INSERT INTO t.b VALUES (1,'2024-01-15 12:00:00+00','2024-01-15 12:00:00','23:30:00+00');
