#pragma once

#include "event/value_encoder.hpp"

/// Encoders of the types whose JSON is a boolean, a string or a number of its own text. All have
/// the shape of encode_function; `scale` is named where they read it.
namespace tidewire::event::encode {

bool boolean(const value_encoder& self,
             std::string_view text,
             byte_buffer& out,
             value_scratch& scratch);
/// Of bit(1) and varbit(1).
bool single_bit(const value_encoder& self,
                std::string_view text,
                byte_buffer& out,
                value_scratch& scratch);
/// The digits go to JSON as they are.
bool integer(const value_encoder& self,
             std::string_view text,
             byte_buffer& out,
             value_scratch& scratch);
bool float32(const value_encoder& self,
             std::string_view text,
             byte_buffer& out,
             value_scratch& scratch);
bool float64(const value_encoder& self,
             std::string_view text,
             byte_buffer& out,
             value_scratch& scratch);
bool string(const value_encoder& self,
            std::string_view text,
            byte_buffer& out,
            value_scratch& scratch);
/// A type which Debezium's stream or snapshot does not read: every value is unrepresentable.
bool nothing(const value_encoder& self,
             std::string_view text,
             byte_buffer& out,
             value_scratch& scratch);

}  // namespace tidewire::event::encode
