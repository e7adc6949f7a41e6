#include "aws/remote_credentials.hpp"

#include "aws/command_output.hpp"
#include "aws/credential_providers.hpp"
#include "aws/error_answer.hpp"
#include "aws/remote_answer.hpp"
#include "aws/resolve.hpp"
#include "http/pool.hpp"

#include <boost/asio/steady_timer.hpp>

#include <fstream>
#include <iterator>
#include <utility>

namespace tidewire::aws {

namespace {

constexpr std::chrono::minutes refresh_before{10};
constexpr std::chrono::milliseconds agent_deadline{
    1000};  // the agents are next door; where there is none, the chain must not hang
constexpr std::chrono::milliseconds sts_deadline{10'000};
constexpr std::chrono::milliseconds process_deadline{60'000};  // it may ask a person's device

/// Keeps, renews in time, and lets only one coroutine fetch at a time.
class fetching_provider : public credentials_provider,
                          public std::enable_shared_from_this<fetching_provider> {
 public:
  explicit fetching_provider(remote_options how) : how_(std::move(how)), fetched_(how_.executor) {}

  call<credentials> get() override {
    const auto self = shared_from_this();  // a fetch that the program's end interrupts is taken
                                           // apart after its owner
    while (fetching_ && !is_valid()) {
      fetched_.expires_at(asio::steady_timer::time_point::max());
      co_await fetched_.async_wait(as_result);
    }
    if (is_fresh() || (fetching_ && is_valid())) co_return *kept_;
    fetching_ = true;
    const end_of_fetching end(*this);
    auto asking = fetch();
    auto found = co_await std::move(asking);
    if (found) kept_ = *found;
    if (!found && is_valid()) co_return *kept_;
    co_return std::move(found);
  }
  void invalidate() override { kept_.reset(); }

 protected:
  virtual call<credentials> fetch() = 0;

  std::string variable(std::string_view name) const {
    return find_variable(how_.env, name).value_or("");
  }

  /// Any answer but 200 is a failure that may heal.
  call<std::string> ask(std::string url, http::request what, std::chrono::milliseconds deadline) {
    const auto to = http::parse_origin(url, &what.target);
    if (!to) co_return no_credentials("'" + url + "' is not a URL");
    http::pool::options options;
    options.connect_ms_max = deadline;
    options.ca_file = how_.ca_file;
    http::pool place(how_.executor, *to, options);
    auto sending = place.send(what, deadline);
    auto answered = co_await std::move(sending);
    if (!answered) co_return transport_failure(answered.error(), to->authority());
    if (answered->status != 200) {
      failure f = read_failure(*answered);
      f.what = remedy::retry;
      co_return f;
    }
    co_return std::move(answered->body);
  }

  remote_options how_;

 private:
  class end_of_fetching {
   public:
    explicit end_of_fetching(fetching_provider& owner) : owner_(owner) {}
    ~end_of_fetching() {
      owner_.fetching_ = false;
      owner_.fetched_.cancel();
    }
    end_of_fetching(const end_of_fetching&) = delete;
    end_of_fetching& operator=(const end_of_fetching&) = delete;

   private:
    fetching_provider& owner_;
  };

  bool lasts(std::chrono::system_clock::duration more) const {
    return kept_ && (!kept_->expires || *kept_->expires > how_.now() + more);
  }
  bool is_valid() const { return lasts({}); }
  bool is_fresh() const { return lasts(refresh_before); }

  asio::steady_timer fetched_;  // cancelled to wake those who wait for another's fetch
  std::optional<credentials> kept_;
  bool fetching_ = false;
};

std::optional<std::string> read_token(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(in), {}};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

class web_identity_provider final : public fetching_provider {
 public:
  using fetching_provider::fetching_provider;

 private:
  call<credentials> fetch() override {
    const shared_files files = read_shared_files(how_.env, how_.profile);
    // A profile that was asked for goes before what the environment says.
    const bool asked_for = !how_.profile.empty();
    std::string token_file = asked_for ? "" : variable("AWS_WEB_IDENTITY_TOKEN_FILE");
    std::string role = asked_for ? "" : variable("AWS_ROLE_ARN");
    if (token_file.empty()) {
      token_file = files.find("web_identity_token_file").value_or("");
      role = files.find("role_arn").value_or("");
    }
    if (token_file.empty() || role.empty())
      co_return no_credentials("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    const auto token = read_token(token_file);
    if (!token)
      co_return no_credentials("the web identity token file " + token_file + " cannot be read");
    const std::string session = variable("AWS_ROLE_SESSION_NAME");
    http::request what;
    what.headers.push_back({"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"});
    what.body = web_identity_form(role, session.empty() ? "tidewire" : session, *token);
    const auto configured = configured_endpoint(sts_names, how_.env, files);
    auto asking =
        ask(configured ? *configured
                       : default_endpoint(sts_names, how_.region, wanted_variant(how_.env, files)),
            std::move(what),
            sts_deadline);
    const auto body = co_await std::move(asking);
    if (!body) co_return body.error();
    co_return read_assumed_role(*body);
  }
};

class process_provider final : public fetching_provider {
 public:
  using fetching_provider::fetching_provider;

 private:
  call<credentials> fetch() override {
    const shared_files files = read_shared_files(how_.env, how_.profile);
    const auto command = files.find("credential_process");
    if (!command)
      co_return no_credentials("profile '" + files.profile + "' has no credential_process");
    auto running = command_output(how_.executor, *command, process_deadline);
    auto written = co_await std::move(running);
    if (!written) {
      failure why = written.error();
      why.message = "credential_process of profile '" + files.profile + "': " + why.message;
      co_return why;
    }
    co_return read_process_json(*written);
  }
};

class container_provider final : public fetching_provider {
 public:
  using fetching_provider::fetching_provider;

 private:
  call<credentials> fetch() override {
    const std::string relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const std::string url = relative.empty() ? variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")
                                             : "http://169.254.170.2" + relative;
    if (url.empty()) co_return no_credentials("AWS_CONTAINER_CREDENTIALS_FULL_URI is not set");
    const auto to = http::parse_origin(url);
    if (!to || (!to->tls && !is_container_host(to->host)))
      co_return no_credentials(
          "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to this machine or an agent's "
          "address");
    http::request what;
    what.method = "GET";
    std::string token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    if (const std::string file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        !file.empty()) {
      const auto read = read_token(file);
      if (!read) co_return no_credentials("the container token file " + file + " cannot be read");
      token = *read;
    }
    if (!token.empty()) what.headers.push_back({"Authorization", token});
    auto asking = ask(url, std::move(what), agent_deadline);
    const auto body = co_await std::move(asking);
    if (!body) co_return body.error();
    co_return read_credentials_json(*body);
  }
};

class instance_provider final : public fetching_provider {
 public:
  using fetching_provider::fetching_provider;

 private:
  call<credentials> fetch() override {
    if (is_true(variable("AWS_EC2_METADATA_DISABLED")))
      co_return no_credentials("AWS_EC2_METADATA_DISABLED is true");
    std::string base = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    if (base.empty()) base = "http://169.254.169.254";
    while (base.ends_with('/')) base.pop_back();
    http::request wanted;
    wanted.method = "PUT";
    wanted.headers.push_back({"X-aws-ec2-metadata-token-ttl-seconds", "21600"});
    auto asking = ask(base + "/latest/api/token", std::move(wanted), agent_deadline);
    const auto token = co_await std::move(asking);
    if (!token)
      co_return no_credentials("no instance metadata at " + base + ": " + describe(token.error()));
    const std::string roles = base + "/latest/meta-data/iam/security-credentials/";
    auto listing = ask(roles, get_with(*token), agent_deadline);
    const auto role = co_await std::move(listing);
    if (!role) co_return no_credentials("the instance has no role: " + describe(role.error()));
    auto reading =
        ask(roles + role->substr(0, role->find_first_of("\r\n")), get_with(*token), agent_deadline);
    const auto body = co_await std::move(reading);
    if (!body) co_return body.error();
    co_return read_credentials_json(*body);
  }

  static http::request get_with(const std::string& token) {
    http::request what;
    what.method = "GET";
    what.headers.push_back({"X-aws-ec2-metadata-token", token});
    return what;
  }
};

}  // namespace

std::shared_ptr<credentials_provider> make_web_identity_provider(remote_options how) {
  return std::make_shared<web_identity_provider>(std::move(how));
}

std::shared_ptr<credentials_provider> make_process_provider(remote_options how) {
  return std::make_shared<process_provider>(std::move(how));
}

std::shared_ptr<credentials_provider> make_container_provider(remote_options how) {
  return std::make_shared<container_provider>(std::move(how));
}

std::shared_ptr<credentials_provider> make_instance_provider(remote_options how) {
  return std::make_shared<instance_provider>(std::move(how));
}

std::shared_ptr<credentials_provider> make_full_chain(remote_options how) {
  std::vector<std::shared_ptr<credentials_provider>> links;
  if (how.profile.empty()) links.push_back(make_environment_provider(how.env));
  links.push_back(make_web_identity_provider(how));
  links.push_back(make_profile_provider(how.env, how.profile));
  links.push_back(make_process_provider(how));
  links.push_back(make_container_provider(how));
  links.push_back(make_instance_provider(how));
  return make_chain(std::move(links));
}

}  // namespace tidewire::aws
