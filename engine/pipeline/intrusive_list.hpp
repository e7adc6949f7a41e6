#pragma once

namespace tidewire::pipeline {

/// A place in one doubly linked list; a member of several lists derives from this once per list,
/// told apart by `Tag`. Nothing is allocated: the list's memory is its members. A member must leave
/// its list before it goes away.
template <class Tag>
struct list_hook {
  list_hook* previous = nullptr;
  list_hook* next = nullptr;

  bool linked() const noexcept { return next != nullptr; }

  void unlink() noexcept {
    previous->next = next;
    next->previous = previous;
    previous = next = nullptr;
  }
};

/// A list of `Member`s, which derive from list_hook<Tag>. Not movable: its members know its
/// address.
template <class Member, class Tag>
class intrusive_list {
 public:
  intrusive_list() noexcept { head_.previous = head_.next = &head_; }
  intrusive_list(const intrusive_list&) = delete;
  intrusive_list& operator=(const intrusive_list&) = delete;

  bool empty() const noexcept { return head_.next == &head_; }

  /// The oldest member, or null.
  Member* front() noexcept { return member(head_.next); }
  /// The member behind `m`, or null.
  Member* after(Member& m) noexcept { return member(static_cast<list_hook<Tag>&>(m).next); }

  void push_back(Member& m) noexcept {
    list_hook<Tag>& hook = m;
    hook.previous = head_.previous;
    hook.next = &head_;
    head_.previous->next = &hook;
    head_.previous = &hook;
  }

  static void remove(Member& m) noexcept { static_cast<list_hook<Tag>&>(m).unlink(); }

 private:
  Member* member(list_hook<Tag>* hook) noexcept {
    return hook == &head_ ? nullptr : static_cast<Member*>(hook);
  }

  list_hook<Tag> head_;
};

}  // namespace tidewire::pipeline
