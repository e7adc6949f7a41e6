#include "aws/credential_providers.hpp"

#include <utility>

namespace tidewire::aws {

namespace {

class static_provider final : public credentials_provider {
 public:
  explicit static_provider(credentials fixed) : fixed_(std::move(fixed)) {}
  call<credentials> get() override { co_return fixed_; }
  void invalidate() override {}

 private:
  credentials fixed_;
};

class environment_provider final : public credentials_provider {
 public:
  explicit environment_provider(environment env) : env_(std::move(env)) {}

  call<credentials> get() override {
    const auto id = find_variable(env_, "AWS_ACCESS_KEY_ID");
    const auto secret = find_variable(env_, "AWS_SECRET_ACCESS_KEY");
    if (!id) co_return no_credentials("AWS_ACCESS_KEY_ID is not set");
    if (!secret) co_return no_credentials("AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY");
    credentials found{*id, *secret, find_variable(env_, "AWS_SESSION_TOKEN").value_or(""), {}};
    co_return found;
  }
  void invalidate() override {}

 private:
  environment env_;
};

class profile_provider final : public credentials_provider {
 public:
  profile_provider(environment env, std::string profile)
      : env_(std::move(env)), profile_(std::move(profile)) {}

  call<credentials> get() override {
    if (kept_) co_return *kept_;
    const shared_files files = read_shared_files(env_, profile_);
    const auto id = files.find("aws_access_key_id");
    const auto secret = files.find("aws_secret_access_key");
    const std::string name = "profile '" + files.profile + "'";
    if (!files.has_profile()) co_return no_credentials(name + " is not in the shared AWS files");
    if (!id) co_return no_credentials(name + " has no aws_access_key_id");
    if (!secret) co_return no_credentials(name + " has no aws_secret_access_key");
    kept_ = credentials{*id, *secret, files.find("aws_session_token").value_or(""), {}};
    co_return *kept_;
  }
  void invalidate() override { kept_.reset(); }

 private:
  environment env_;
  std::string profile_;
  std::optional<credentials> kept_;
};

class chain final : public credentials_provider {
 public:
  explicit chain(std::vector<std::shared_ptr<credentials_provider>> links)
      : links_(std::move(links)) {}

  call<credentials> get() override {
    if (chosen_ != nullptr) {
      auto asking = chosen_->get();
      co_return co_await std::move(asking);
    }
    std::string tried;
    for (const auto& link : links_) {
      auto asking = link->get();
      auto found = co_await std::move(asking);
      if (found) chosen_ = link;
      if (found || found.error().code != no_credentials_code) co_return std::move(found);
      tried.append(tried.empty() ? "" : "; ").append(found.error().message);
    }
    co_return no_credentials(std::move(tried));
  }

  void invalidate() override {
    for (const auto& link : links_) link->invalidate();
    chosen_ = nullptr;
  }

 private:
  std::vector<std::shared_ptr<credentials_provider>> links_;
  std::shared_ptr<credentials_provider> chosen_;
};

}  // namespace

failure no_credentials(std::string why) {
  failure f;
  f.code = no_credentials_code;
  f.message = std::move(why);
  f.what = remedy::retry;  // they may come: a file that is still being written, a service that is
                           // not up yet
  return f;
}

std::shared_ptr<credentials_provider> make_static_provider(credentials fixed) {
  return std::make_shared<static_provider>(std::move(fixed));
}

std::shared_ptr<credentials_provider> make_environment_provider(environment env) {
  return std::make_shared<environment_provider>(std::move(env));
}

std::shared_ptr<credentials_provider> make_profile_provider(environment env, std::string profile) {
  return std::make_shared<profile_provider>(std::move(env), std::move(profile));
}

std::shared_ptr<credentials_provider> make_chain(
    std::vector<std::shared_ptr<credentials_provider>> links) {
  return std::make_shared<chain>(std::move(links));
}

std::shared_ptr<credentials_provider> make_default_chain(environment env, std::string profile) {
  std::vector<std::shared_ptr<credentials_provider>> links;
  const bool explicit_profile = !profile.empty();
  if (!explicit_profile) links.push_back(make_environment_provider(env));
  links.push_back(make_profile_provider(std::move(env), std::move(profile)));
  return make_chain(std::move(links));
}

}  // namespace tidewire::aws
