// SPDX-License-Identifier: BSL-1.0
#include "tls/openssl.hpp"

#include <chatroom/tls.hpp>

#include <boost/asio/ip/address.hpp>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace chatroom {
namespace {

using namespace detail;

constexpr long day = 24 * 3600;
constexpr long valid_for = 800 * day;  // browsers take no more than 825 days
constexpr long renewed_before = 30 * day;
constexpr long clock_skew = day;

// Of what fails for want of memory or random numbers alone.
void require(bool succeeded)
{
    if (!succeeded) {
        throw std::runtime_error{"a certificate can't be made: " + take_openssl_error()};
    }
}

key_ptr make_key()
{
    key_ptr key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};  // EVP_EC_gen() casts const away
    require(key != nullptr);
    return key;
}

void add_extension(X509* certificate, X509* issuer, int which, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>> extension{
        X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str())};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// Unlike any other: a browser refuses two certificates of one name with different keys and the same number.
x509_ptr make_certificate(EVP_PKEY* key, const std::string& name, const X509* issuer)
{
    x509_ptr made{X509_new()};
    require(made != nullptr);
    std::uint64_t number = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), number >> 1U);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -clock_skew);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), valid_for);
    auto* const subject = X509_get_subject_name(made.get());
    const auto* const text = reinterpret_cast<const unsigned char*>(name.c_str());
    require(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
            X509_set_issuer_name(made.get(), issuer != nullptr ? X509_get_subject_name(issuer) : subject) == 1 &&
            X509_set_pubkey(made.get(), key) == 1);
    return made;
}

std::string alternative_names(const std::vector<std::string>& names)
{
    std::string list;
    for (const auto& name : names) {
        boost::system::error_code ec;
        boost::asio::ip::make_address(name, ec);
        if (name.empty() || (ec && name.find_first_of(",;:= \t\r\n") != name.npos)) {
            throw std::runtime_error{"'" + name + "' is no name and no address that a certificate can be for"};
        }
        list.append(list.empty() ? "" : ",").append(ec ? "DNS:" : "IP:").append(name);
    }
    return list;
}

class new_file {
  public:
    new_file(std::string name, mode_t mode) : name_{std::move(name)}, part_{name_ + ".new"}
    {
        (void)::unlink(part_.c_str());
        descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        check(descriptor_ >= 0);
    }
    ~new_file()
    {
        if (descriptor_ >= 0) {
            (void)::close(descriptor_);
            (void)::unlink(part_.c_str());
        }
    }
    new_file(const new_file&) = delete;
    new_file& operator=(const new_file&) = delete;

    void write(BIO* pem)
    {
        char* bytes = nullptr;
        const auto size = BIO_get_mem_data(pem, &bytes);
        check(::write(descriptor_, bytes, static_cast<std::size_t>(size)) == size && ::fsync(descriptor_) == 0);
    }

    void publish()
    {
        check(std::rename(part_.c_str(), name_.c_str()) == 0);
        (void)::close(descriptor_);
        descriptor_ = -1;
    }

  private:
    void check(bool succeeded) const
    {
        if (!succeeded) {
            throw std::runtime_error{name_ + ": " + std::generic_category().message(errno)};
        }
    }

    std::string name_;
    std::string part_;
    int descriptor_ = -1;
};

bio_ptr make_pem()
{
    return bio_ptr{allocated(BIO_new(BIO_s_mem()))};
}

void make_files(const tls_self_signed_files& files, const std::vector<std::string>& names)
{
    const auto ca_key = make_key();
    const auto key = make_key();
    const auto ca = make_certificate(ca_key.get(), "chatroom on " + names.front(), nullptr);
    add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign");
    add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
    require(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) != 0);
    const auto leaf = make_certificate(key.get(), names.front(), ca.get());
    add_extension(leaf.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(leaf.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(leaf.get(), ca.get(), NID_ext_key_usage, "serverAuth");
    add_extension(leaf.get(), ca.get(), NID_subject_alt_name, alternative_names(names));
    add_extension(leaf.get(), ca.get(), NID_subject_key_identifier, "hash");
    add_extension(leaf.get(), ca.get(), NID_authority_key_identifier, "keyid");
    require(X509_sign(leaf.get(), ca_key.get(), EVP_sha256()) != 0);

    const auto ca_pem = make_pem();
    const auto chain_pem = make_pem();
    const auto key_pem = make_pem();
    require(PEM_write_bio_X509(ca_pem.get(), ca.get()) == 1 && PEM_write_bio_X509(chain_pem.get(), leaf.get()) == 1 &&
            PEM_write_bio_X509(chain_pem.get(), ca.get()) == 1 &&
            PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    constexpr mode_t for_all = 0644;
    new_file ca_file{files.ca_file, for_all};
    new_file chain_file{files.certificate_file, for_all};
    new_file key_file{files.key_file, S_IRUSR | S_IWUSR};
    ca_file.write(ca_pem.get());
    chain_file.write(chain_pem.get());
    key_file.write(key_pem.get());
    ca_file.publish();
    chain_file.publish();
    key_file.publish();
}

// Whether the files are there, belong together, and are valid for a while.
bool is_good(const tls_self_signed_files& files)
try {
    const bio_ptr in{BIO_new_file(files.certificate_file.c_str(), "r")};
    const x509_ptr leaf{in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr};
    ERR_clear_error();
    std::time_t then = std::time(nullptr) + renewed_before;
    if (!leaf || X509_cmp_time(X509_get0_notAfter(leaf.get()), &then) <= 0 || !std::filesystem::exists(files.ca_file)) {
        return false;
    }
    (void)tls_context{{files.certificate_file, files.key_file}};
    return true;
} catch (const std::runtime_error&) {
    return false;
}

}  // namespace

tls_self_signed_files tls_self_signed(const std::string& directory, const std::vector<std::string>& names)
{
    if (names.empty()) {
        throw std::runtime_error{"a certificate is for at least one name"};
    }
    std::error_code ec;
    std::filesystem::create_directories(directory, ec);
    if (ec) {
        throw std::runtime_error{directory + ": " + ec.message()};
    }
    tls_self_signed_files files{directory + "/ca.crt", directory + "/server.crt", directory + "/server.key", {}, false};
    if (!is_good(files)) {
        make_files(files, names);
        files.made = true;
    }
    files.fingerprint = tls_context{{files.certificate_file, files.key_file}}.fingerprint();
    return files;
}

}  // namespace chatroom
