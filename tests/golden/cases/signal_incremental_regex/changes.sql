INSERT INTO dbz VALUES ('s1','execute-snapshot','{"data-collections": ["public\\.k.*", "public.a"], "type": "incremental"}'); SELECT pg_sleep(2.5);
INSERT INTO a VALUES (99,'end');
