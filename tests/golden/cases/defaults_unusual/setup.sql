CREATE TABLE t (id integer PRIMARY KEY, tm time DEFAULT '24:00', tm3 time(3) DEFAULT '24:00', d date DEFAULT 'infinity', d2 date DEFAULT '-infinity',
  z0 timestamptz(0) DEFAULT '2024-01-02 03:04:05.678+00', b63 bit(63) DEFAULT 1::bit(63), b0 bit(63) DEFAULT 0::bit(63), c1 bit(64) DEFAULT B'1'::bit(64), c0 bit(64) NOT NULL DEFAULT B'0'::bit(64), v varbit(9) DEFAULT B'0');
INSERT INTO t VALUES (1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, B'0'::bit(64), NULL);
