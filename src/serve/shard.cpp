// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/shard.hpp>

namespace chatroom {

std::shared_ptr<shard_list> make_shards(const asio::any_io_executor& executor, std::size_t count)
{
    auto shards = std::make_shared<shard_list>();
    for (std::size_t i = 0; i < count; ++i) {
        shards->push_back(std::make_unique<shard>(executor));
    }
    return shards;
}

}  // namespace chatroom
