#include "postgres/errc.hpp"

#include <string>

namespace tidewire::postgres {
namespace {

class category_type final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "postgres"; }

  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::truncated_message:
        return "a replication message ends early";
      case errc::unknown_message_type:
        return "a replication message has an unknown type";
      case errc::malformed_message:
        return "a replication message breaks its format";
      case errc::connection_failed:
        return "cannot connect to the database";
      case errc::connection_lost:
        return "the connection to the database is lost";
      case errc::deadline_exceeded:
        return "the database did not answer in time";
      case errc::stream_ended:
        return "the server ended the replication stream";
      case errc::query_failed:
        return "the database refused a statement";
      case errc::unexpected_answer:
        return "the database answered something unexpected";
      case errc::publication_missing:
        return "the publication does not exist";
      case errc::slot_missing:
        return "the replication slot does not exist";
      case errc::slot_in_use:
        return "the replication slot is in use";
      case errc::slot_of_another_plugin:
        return "the replication slot is of another plug-in";
      case errc::slot_of_another_database:
        return "the replication slot is of another database";
      case errc::slot_lost:
        return "the replication slot has lost the log that it needs";
      case errc::not_permitted:
        return "the database or the role is not set up for logical replication";
      case errc::spill_full:
        return "the spill file has reached tidewire.spill.max";
      case errc::spill_damaged:
        return "the spill file does not hold what was written to it";
      case errc::stream_undecidable:
        return "a streamed transaction holds a logical message that may be of a savepoint that was "
               "rolled back";
    }
    return "unknown error of the postgres room";
  }
};

}  // namespace

const boost::system::error_category& postgres_category() noexcept {
  static const category_type category;
  return category;
}

}  // namespace tidewire::postgres
