// SPDX-License-Identifier: BSL-1.0
#include "editor.hpp"

#include <histedit.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace client {
namespace {

struct key_binding {
    const char* key;
    const char* command;
};

// What people expect beside libedit's own.
constexpr std::array bindings{
    key_binding{"^L", "chat-clear"},
    key_binding{"^I", "chat-complete"},
    key_binding{"^R", "em-inc-search-prev"},
    key_binding{"^W", "ed-delete-prev-word"},
    key_binding{"\033[1;5D", "ed-prev-word"},
    key_binding{"\033[1;3D", "ed-prev-word"},
    key_binding{"\033[1;5C", "em-next-word"},
    key_binding{"\033[1;3C", "em-next-word"},
    key_binding{"\033[H", "ed-move-to-beg"},
    key_binding{"\033OH", "ed-move-to-beg"},
    key_binding{"\033[1~", "ed-move-to-beg"},
    key_binding{"\033[F", "ed-move-to-end"},
    key_binding{"\033OF", "ed-move-to-end"},
    key_binding{"\033[4~", "ed-move-to-end"},
    key_binding{"\033[3~", "ed-delete-next-char"},
};

}  // namespace

struct editor::impl {
    hooks calls;
    int outer = -1;
    std::FILE* inner = nullptr;
    std::FILE* nowhere = nullptr;
    ::EditLine* edit = nullptr;
    ::HistoryW* history = nullptr;

    static impl* of(::EditLine* e)
    {
        void* self = nullptr;
        ::el_wget(e, EL_CLIENTDATA, &self);
        return static_cast<impl*>(self);
    }

    static int get_key(::EditLine* e, wchar_t* out)
    {
        const auto key = of(e)->calls.key();
        *out = key.value_or(0);
        return key ? 1 : 0;
    }

    static unsigned char clear_screen(::EditLine* e, wint_t)
    {
        of(e)->calls.clear();
        return CC_NORM;
    }

    static unsigned char complete(::EditLine* e, wint_t)
    {
        const auto* line = ::el_wline(e);
        const auto found = of(e)->calls.complete({line->buffer, static_cast<std::size_t>(line->cursor - line->buffer)});
        if (found.erase != 0) {
            ::el_deletestr(e, static_cast<int>(found.erase));
        }
        if (!found.insert.empty()) {
            ::el_winsertstr(e, found.insert.c_str());
        }
        return CC_REFRESH;
    }

    void remember(const std::wstring& line)
    {
        ::HistEventW ignored;
        ::history_w(history, &ignored, H_ENTER, line.c_str());
    }

    ~impl()
    {
        if (edit != nullptr) {
            ::el_end(edit);
        }
        if (history != nullptr) {
            ::history_wend(history);
        }
        for (auto* file : {inner, nowhere}) {
            if (file != nullptr) {
                std::fclose(file);
            }
        }
        if (outer >= 0) {
            ::close(outer);
        }
    }
};

editor::editor(hooks calls, const termios& modes, const std::vector<std::wstring>& history)
    : impl_{std::make_unique<impl>()}
{
    auto& o = *impl_;
    o.calls = std::move(calls);
    const winsize roomy{200, 500, 0, 0};  // what it would draw goes nowhere, but has to fit
    int slave = -1;
    if (::openpty(&o.outer, &slave, nullptr, &modes, &roomy) != 0) {
        throw std::system_error(errno, std::generic_category(), "no pseudo-terminal for the line editor");
    }
    o.inner = ::fdopen(slave, "r");
    o.nowhere = std::fopen("/dev/null", "w");
    o.edit = ::el_init_fd("chatroom-client", o.inner, o.nowhere, o.nowhere, slave, slave, slave);
    o.history = ::history_winit();
    if (o.edit == nullptr || o.history == nullptr) {
        throw std::system_error(ENOMEM, std::generic_category(), "no line editor");
    }
    ::el_wset(o.edit, EL_CLIENTDATA, &o);
    ::el_wset(o.edit, EL_GETCFN, &impl::get_key);
    ::el_wset(o.edit, EL_EDITOR, L"emacs");
    ::el_wset(o.edit, EL_ADDFN, L"chat-clear", L"Clear the screen", &impl::clear_screen);
    ::el_wset(o.edit, EL_ADDFN, L"chat-complete", L"Complete a name, a room or a command", &impl::complete);
    for (const auto& [sequence, command] : bindings) {
        ::el_set(o.edit, EL_BIND, sequence, command, nullptr);
    }
    ::HistEventW ignored;
    ::history_w(o.history, &ignored, H_SETSIZE, 1000);
    ::history_w(o.history, &ignored, H_SETUNIQUE, 1);
    for (const auto& line : history) {
        o.remember(line);
    }
    ::el_wset(o.edit, EL_HIST, history_w, o.history);
    ::el_source(o.edit, nullptr);  // the person's own ~/.editrc
    ::el_set(o.edit, EL_BIND, "^C", "em-kill-line", nullptr);
    ::el_wset(o.edit, EL_EDITMODE, 1);
}

editor::~editor() = default;

bool editor::bound(const std::string& sequence) const
{
    // libedit tells it only in print.
    char* printed = nullptr;
    std::size_t size = 0;
    auto* page = ::open_memstream(&printed, &size);
    if (page == nullptr) {
        return false;
    }
    ::el_set(impl_->edit, EL_SETFP, 1, page);
    ::el_set(impl_->edit, EL_BIND, sequence.c_str(), nullptr);
    ::el_set(impl_->edit, EL_SETFP, 1, impl_->nowhere);
    std::fclose(page);
    std::free(printed);
    return size != 0;
}

std::optional<std::wstring> editor::edit()
{
    int length = 0;
    const auto* line = ::el_wgets(impl_->edit, &length);
    if (line == nullptr || length <= 0) {
        return std::nullopt;
    }
    std::wstring text{line, static_cast<std::size_t>(length)};
    while (!text.empty() && (text.back() == L'\n' || text.back() == L'\r')) {
        text.pop_back();
    }
    if (!text.empty() && impl_->calls.may_remember(text)) {
        impl_->remember(text);
    }
    return text;
}

std::wstring_view editor::text() const
{
    const auto* line = ::el_wline(impl_->edit);
    return {line->buffer, static_cast<std::size_t>(line->lastchar - line->buffer)};
}

std::size_t editor::cursor() const
{
    const auto* line = ::el_wline(impl_->edit);
    return static_cast<std::size_t>(line->cursor - line->buffer);
}

}  // namespace client
