#include <support/json_oracle.hpp>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

bool hearth::fuzz::is_json(std::string_view text) {
    rapidjson::MemoryStream stream{text.data(), text.size()};
    rapidjson::Reader reader;
    rapidjson::BaseReaderHandler<> ignore;
    constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
    const rapidjson::ParseErrorCode error = reader.Parse<flags>(stream, ignore).Code();
    return error == rapidjson::kParseErrorNone || error == rapidjson::kParseErrorNumberTooBig;
}
