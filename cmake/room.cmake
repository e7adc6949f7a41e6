# What all of our own code is compiled with.
add_library(tidewire_house INTERFACE)
target_compile_options(
  tidewire_house
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wconversion
            -Wshadow
            -Woverloaded-virtual
            $<$<BOOL:${TIDEWIRE_WERROR}>:-Werror>
            # GCC 12 reports these inside coroutine frames and inlined library code where nothing is wrong.
            $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized
            -Wno-stringop-overflow
            -Wno-array-bounds
            -Wno-restrict
            -Wno-dangling-pointer
            -Wno-missing-field-initializers>
            # GCC's -Wnon-virtual-dtor complains about every error_category, whose destructor is protected by design.
            $<$<CXX_COMPILER_ID:Clang>:-Wnon-virtual-dtor
            -Wno-missing-designated-field-initializers
            -Wno-missing-field-initializers>)
if(TIDEWIRE_SANITIZE)
  target_compile_options(tidewire_house INTERFACE -fsanitize=${TIDEWIRE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(tidewire_house INTERFACE -fsanitize=${TIDEWIRE_SANITIZE})
  if(TIDEWIRE_SANITIZE MATCHES "undefined")
    target_compile_options(tidewire_house INTERFACE -fno-sanitize-recover=undefined)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      # Coroutine frames are called through pointers whose types this check does not understand.
      target_compile_options(tidewire_house INTERFACE -fno-sanitize=function)
      target_link_options(tidewire_house INTERFACE -fno-sanitize=function)
    endif()
  endif()
  if(TIDEWIRE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio's fences are not instrumented; GCC's warning about them is not about our code. Clang has none.
    target_compile_options(tidewire_house INTERFACE -Wno-tsan)
  endif()
endif()

# tidewire_room(NAME DEPENDS room... [LIBRARIES target...]): a library of every .cpp in the calling folder.
# A room inside a room goes by its path: local/call, whose target is tidewire::local::call.
function(tidewire_room NAME)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LIBRARIES" ${ARGN})
  string(REPLACE "/" "_" library tidewire_${NAME})
  string(REPLACE "/" "::" alias tidewire::${NAME})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(${library} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(${alias} ALIAS ${library})
  target_include_directories(${library} ${scope} ${PROJECT_SOURCE_DIR}/engine)
  list(TRANSFORM ROOM_DEPENDS REPLACE "/" "::")
  list(TRANSFORM ROOM_DEPENDS PREPEND tidewire::)
  target_link_libraries(${library} ${scope} tidewire_house tidewire_boost ${ROOM_DEPENDS} ${ROOM_LIBRARIES})
endfunction()

# tidewire_room_tests(NAME [DEPENDS room...] [LIBRARIES target...] [SUPPORT file...]): one program of every .cpp under tests/NAME, and of those of
# tests/support that are named.
# Suites named Integration… start a PostgreSQL of their own, so they run together, as one test with the label `integration`;
# every other test is one of its own and needs nothing outside its process.
function(tidewire_room_tests NAME)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LIBRARIES;SUPPORT" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${NAME}/*.cpp)
  if(NOT sources)
    return()
  endif()
  set(program tidewire_${NAME}_tests)
  list(TRANSFORM ROOM_SUPPORT PREPEND ${PROJECT_SOURCE_DIR}/tests/support/)
  add_executable(${program} ${sources} ${ROOM_SUPPORT})
  list(TRANSFORM ROOM_DEPENDS PREPEND tidewire::)
  target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${program} PRIVATE TIDEWIRE_TESTS_DIR="${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${program} PRIVATE tidewire::${NAME} ${ROOM_DEPENDS} ${ROOM_LIBRARIES} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${program} TEST_PREFIX "${NAME}." TEST_FILTER "-Integration*" NO_PRETTY_VALUES DISCOVERY_TIMEOUT 120
                       PROPERTIES TIMEOUT 600)
  foreach(source ${sources})
    file(STRINGS ${source} found REGEX "^TEST(_F|_P)?\\(Integration")
    if(found)
      set(has_integration TRUE)
    endif()
  endforeach()
  if(has_integration)
    add_test(NAME ${NAME}.integration COMMAND ${program} --gtest_filter=Integration*)
    set_tests_properties(${NAME}.integration PROPERTIES LABELS integration TIMEOUT 2400)
  endif()
endfunction()
