#include "app/demo_road.hpp"

#include "app/inventory_sql.hpp"
#include "base/free_port.hpp"
#include "base/startup_error.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

namespace tidewire::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t log_tail_bytes = 3000;
constexpr std::chrono::seconds stop_grace{15};

constexpr const char* properties =
    R"(# The demo's road: the seed's file, with the parts that follow the stream.
debezium.sink.type=kinesis
debezium.sink.kinesis.region=us-east-1
debezium.source.connector.class=io.debezium.connector.postgresql.PostgresConnector
debezium.source.offset.storage.file.filename={folder}/offsets.dat
debezium.source.offset.flush.interval.ms=0
debezium.source.database.hostname=127.0.0.1
debezium.source.database.port={postgres_port}
debezium.source.database.user=postgres
debezium.source.database.password=postgres
debezium.source.database.dbname=inventory_db
debezium.source.topic.prefix=kinesis
debezium.source.schema.include.list=inventory
debezium.source.table.include.list=inventory.products,inventory.customers
debezium.source.plugin.name=pgoutput
quarkus.http.port={health_port}
quarkus.log.console.json=false
tidewire.relay.streams=kinesis.inventory.products,kinesis.inventory.customers
tidewire.relay.start=TRIM_HORIZON
tidewire.relay.checkpoint.dir={folder}/checkpoints
tidewire.relay.kinesis.inventory.products.bus=products
tidewire.relay.kinesis.inventory.products.detail-type=ProductDataChangeEvent
tidewire.relay.kinesis.inventory.customers.bus=customers
tidewire.relay.kinesis.inventory.customers.detail-type=CustomerDataChangeEvent
tidewire.provision.rule.name=forward-to-sqs
tidewire.provision.rule.pattern={{"source":[{{"prefix":""}}]}}
tidewire.provision.queue.name=data-change.fifo
tidewire.provision.queue.content-based-deduplication=true
tidewire.provision.target.message-group-id=Group1
)";

bool is_listening(std::uint16_t port) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool listening = connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return listening;
}

}  // namespace

temporary_folder::temporary_folder() {
  std::string name = fs::temp_directory_path() / "tidewire-demo-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw startup_error("cannot make a folder like " + name, 1);
  // The user postgres must be able to pass through to its own folder inside.
  fs::permissions(name, fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add);
  path_ = name;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;  // a folder left behind in the temporary one harms nobody
  fs::remove_all(path_, ignored);
}

demo_road::demo_road(const std::string& folder)
    : folder_(folder), postgres_(folder), aws_port_(free_port()), health_port_(free_port()) {
  postgres_.run("postgres", std::string("create database ") + database);
  postgres_.run(database, inventory_sql);
  write_configuration();
  aws_.emplace(part("local"));
  await_local_aws();
  provision();
  engine_.emplace(part("run"));
  relay_.emplace(part("relay"));
  consumer_.emplace(part("consume", /*pipe_output=*/true));
}

demo_road::~demo_road() {
  stop();
}

void demo_road::write_configuration() const {
  std::ofstream(folder_ + "/application.properties")
      << fmt::format(properties,
                     fmt::arg("folder", folder_),
                     fmt::arg("postgres_port", postgres_.port()),
                     fmt::arg("health_port", health_port_));
}

child_process demo_road::part(const std::string& subcommand, bool pipe_output) const {
  std::vector<std::string> command = {fs::read_symlink("/proc/self/exe"), subcommand};
  if (subcommand == "local") {
    command.insert(command.end(), {"--port", std::to_string(aws_port_), "--secret", "demo"});
  } else {
    command.insert(command.end(), {"-c", folder_ + "/application.properties"});
  }
  if (subcommand == "consume") command.insert(command.end(), {"--output", "json"});
  return child_process({.command = std::move(command),
                        .environment = {{"AWS_ENDPOINT_URL", endpoint()},
                                        {"AWS_REGION", "us-east-1"},
                                        {"AWS_ACCESS_KEY_ID", "demo"},
                                        {"AWS_SECRET_ACCESS_KEY", "demo"},
                                        {"AWS_SESSION_TOKEN", ""},
                                        {"AWS_EC2_METADATA_DISABLED", "true"}},
                        .output_file = folder_ + "/" + subcommand + ".log",
                        .pipe_output = pipe_output});
}

void demo_road::await_local_aws() {
  const auto patience_ends = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!is_listening(aws_port_)) {
    if (aws_->exit_code() || std::chrono::steady_clock::now() > patience_ends)
      throw startup_error("the local AWS did not start:\n" + log_of("local"), 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void demo_road::provision() const {
  child_process provisioning = part("provision");
  if (provisioning.wait() != 0)
    throw startup_error("provisioning failed:\n" + log_of("provision"), 1);
}

std::string demo_road::log_of(const std::string& subcommand) const {
  std::ostringstream text;
  text << std::ifstream(folder_ + "/" + subcommand + ".log").rdbuf();
  const std::string whole = text.str();
  return whole.size() <= log_tail_bytes ? whole : "…" + whole.substr(whole.size() - log_tail_bytes);
}

std::string demo_road::casualties() {
  std::string report;
  const std::array<std::pair<const char*, std::optional<child_process>*>, 4> parts{
      {{"local", &aws_}, {"run", &engine_}, {"relay", &relay_}, {"consume", &consumer_}}};
  for (const auto& [name, process] : parts)
    if (*process)
      if (const auto code = (*process)->exit_code())
        report += fmt::format("tidewire {} ended with code {}:\n{}\n", name, *code, log_of(name));
  return report;
}

std::string demo_road::endpoint() const {
  return fmt::format("http://127.0.0.1:{}", aws_port_);
}

std::string demo_road::health_url() const {
  return fmt::format("http://127.0.0.1:{}/q/health", health_port_);
}

void demo_road::stop() {
  for (auto* const process : {&consumer_, &relay_, &engine_, &aws_})
    if (*process) (*process)->stop(stop_grace);
  postgres_.stop();
}

}  // namespace tidewire::app
