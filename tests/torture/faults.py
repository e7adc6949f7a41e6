"""What is done to the road while it works. Each fault is a function of the rig and its random source; heal() undoes what lasts."""
import signal
import subprocess
import time

LOCAL_FAULTS = ["throttle=0.2", "partial=0.3", "error500=0.15", "reset=0.1", "latency=30ms", "expired=0.1", "cut=0.1", "shard=0.5", "md5=0.2",
                "throttle=0.05,partial=0.1,error500=0.05,reset=0.05,cut=0.05,shard=0.2,md5=0.05,latency=5ms"]


def _kill(name):
    def fault(rig, rng):
        rig.parts[name].kill()
        time.sleep(rng.random())
        rig.start(name)
    fault.__name__ = f"kill_{name}"
    return fault


def _pause(name):
    def fault(rig, rng):
        process = rig.parts[name].process
        if process.poll() is None:
            process.send_signal(signal.SIGSTOP)
            time.sleep(rng.uniform(0.5, 4))
            process.send_signal(signal.SIGCONT)
    fault.__name__ = f"pause_{name}"
    return fault


def _net(name, what):
    def fault(rig, rng):
        proxy = rig.proxies[name]
        if what == "cut":
            proxy.cut()
        elif what == "truncate":
            proxy.truncate(rng)
        elif what == "refuse":
            proxy.refusing = True
            proxy.cut()
            time.sleep(rng.uniform(0.5, 3))
            proxy.refusing = False
        elif what == "delay":
            proxy.delay = rng.uniform(0.005, 0.1)
            time.sleep(rng.uniform(0.5, 3))
            proxy.delay = 0.0
        else:
            proxy.stalled = True
            time.sleep(rng.uniform(0.5, 4))
            proxy.stalled = False
    fault.__name__ = f"{what}_{name}"
    return fault


def restart_postgres(rig, rng):
    """As after a power cut."""
    rig.cluster.close_console()
    rig.cluster.server("pg_ctl", "-D", rig.cluster.data, "-m", "immediate", "-w", "stop", check=False)
    time.sleep(rng.random() * 2)
    rig.cluster.ctl("start")


def fast_shutdown_postgres(rig, rng):
    """As an upgrade within a major version does: the server waits for the walsender, and the slot stays."""
    rig.cluster.close_console()
    rig.cluster.server("pg_ctl", "-D", rig.cluster.data, "-m", "fast", "-w", "-t", "30", "stop", check=False)
    time.sleep(rng.random())
    rig.cluster.ctl("start")


def terminate_backends(rig, rng):
    rig.cluster.ask(f"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '{rig.database}' and "
                    f"application_name = 'tidewire'")


def steal_slot(rig, rng):
    """Another process has the slot when the engine comes back. It peeks, and confirms nothing: pg_recvlogical would confirm what it got."""
    rig.parts["engine"].kill()
    peek = ("do $$ declare until timestamptz := clock_timestamp() + interval '%.1f s'; begin while clock_timestamp() < until loop "
            "perform count(*) from pg_logical_slot_peek_binary_changes('debezium', null, null, 'proto_version', '1', 'publication_names', "
            "'dbz_publication'); end loop; end $$" % rng.uniform(1, 3))
    thief = subprocess.Popen(rig.cluster.psql(rig.database, "-c", peek), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rig.start("engine")
    thief.wait()


def new_local_faults(rig, rng):
    rig.restart_aws(rng.choice(LOCAL_FAULTS))


def split_shards(rig, rng):
    rig.reshard(rng, "split")


def merge_shards(rig, rng):
    rig.reshard(rng, "merge")


def full_disk(rig, rng):
    """What is written beside the offsets and checkpoints, to replace them, goes to a device that is full."""
    places = [rig.folder / "offsets.dat.tidewire.new"]
    places += [path.with_name(path.name + ".new") for path in rig.checkpoints.rglob("*") if path.is_file() and path.suffix != ".new"]
    for place in places:
        place.unlink(missing_ok=True)
        place.symlink_to("/dev/full")
    time.sleep(rng.uniform(1, 4))
    for place in places:
        if place.is_symlink():
            place.unlink()


def lose_names(rig, rng):
    """The names of database and sink cannot be resolved when the engine has to connect again."""
    rig.names.resolve()
    for proxy in rig.proxies.values():
        proxy.cut()
    time.sleep(rng.uniform(0.5, 4))
    rig.names.resolve(*rig.NAMES.values())


def skew_clock(rig, rng):
    """A part's clock is ten minutes off, so every signature is refused until it has seen the services' date."""
    name = rng.choice([name for name in rig.parts if name != "aws"])
    rig.parts[name].kill()
    rig.start(name, skew=rng.choice(["+10m", "-10m"]))


ALL = [_kill("engine"), _kill("relay"), _kill("consumer"), _kill("aws"), _pause("engine"), _pause("relay"), _pause("consumer"), _pause("aws"),
       restart_postgres, fast_shutdown_postgres, terminate_backends, steal_slot, new_local_faults, split_shards, merge_shards, full_disk, lose_names, skew_clock]
ALL += [_net(name, what) for name in ("postgres", "aws") for what in ("cut", "truncate", "refuse", "delay", "stall")]
