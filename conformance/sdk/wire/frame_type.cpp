#include <hearth/wire/frame_type.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string_view>

using namespace hearth::wire;

TEST_CASE("frame_type: the registry's numbers and names are fixed [P-TYPE-01]") {
    const std::map<unsigned, std::string_view> registry{{0x01, "STDIN"},
                                                        {0x02, "STDOUT"},
                                                        {0x03, "STDERR"},
                                                        {0x04, "RESIZE"},
                                                        {0x05, "EXIT"},
                                                        {0x06, "ERROR"},
                                                        {0x07, "KILL"},
                                                        {0x10, "EXEC_REQ"},
                                                        {0x11, "AUTH"},
                                                        {0x12, "CONFIG_REQ"},
                                                        {0x13, "CONFIG_RESP"},
                                                        {0x20, "FWD_REQ"},
                                                        {0x21, "FWD_RESP"},
                                                        {0x30, "EXEC_LIST_REQ"},
                                                        {0x31, "EXEC_LIST_RESP"},
                                                        {0x32, "EXEC_KILL"},
                                                        {0x33, "SESSION_INFO"},
                                                        {0x40, "ACTIVITY_REQ"},
                                                        {0x41, "ACTIVITY_RESP"},
                                                        {0x50, "FILE_READ_REQ"},
                                                        {0x51, "FILE_READ_RESP"},
                                                        {0x52, "FILE_WRITE_REQ"},
                                                        {0x53, "FILE_WRITE_RESP"},
                                                        {0x54, "FILE_STAT_REQ"},
                                                        {0x55, "FILE_STAT_RESP"},
                                                        {0x56, "FILE_LS_REQ"},
                                                        {0x57, "FILE_LS_RESP"},
                                                        {0x60, "SYSTEMCTL_REQ"},
                                                        {0x61, "SYSTEMCTL_RESP"},
                                                        {0x70, "HELLO_REQ"},
                                                        {0x71, "HELLO_RESP"},
                                                        {0x72, "STDIN_EOF"},
                                                        {0x74, "CLOCK_SET"}};
    for (unsigned type = 0; type <= 0xff; ++type) {
        CAPTURE(type);
        const auto known = registry.find(type);
        CHECK(name_of(static_cast<frame_type>(type)) == (known == registry.end() ? "unassigned" : known->second));
        CHECK(is_extension(static_cast<frame_type>(type)) == (type >= 0x70 && type <= 0x7f));
    }
}

TEST_CASE("frame_type: only requests may come first on the control channel [P-TYPE-02] [P-EXT-01]") {
    for (unsigned type = 0; type <= 0xff; ++type) {
        CAPTURE(type);
        const bool request = type == 0x10 || type == 0x30 || type == 0x32 || type == 0x40 || type == 0x50 ||
                             type == 0x52 || type == 0x54 || type == 0x56 || type == 0x70 || type == 0x74;
        CHECK(is_control_request(static_cast<frame_type>(type)) == request);
    }
}
