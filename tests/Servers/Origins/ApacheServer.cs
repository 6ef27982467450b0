using System.Security.Cryptography;
using System.Text;

namespace PollHttp.Servers.Tests;

/// <summary>Apache: Digest (MD5) and Basic, deflate, chunked bodies of a script's making.</summary>
public sealed class ApacheServer : ServerFixture
{
    protected override async Task StartCoreAsync()
    {
        Folder.Write("www/page.html", string.Concat(Enumerable.Repeat("a page\n", 5_000)));
        Folder.Write("www/digest/page.txt", "for those who know");
        Folder.Write("www/basic/page.txt", "for those who say");
        Folder.Write("digest", $"user:realm:{Md5("user:realm:secret")}\n");
        Folder.Write("basic", $"user:{{SHA}}{Convert.ToBase64String(SHA1.HashData("secret"u8))}\n");
        Folder.MakeFolder("run");
        string modules = "/usr/lib/apache2/modules";
        string configuration = Folder.Write("apache.conf", $$"""
            ServerRoot {{Folder.Path}}
            ServerName localhost
            Listen 127.0.0.1:{{Port}}
            PidFile {{Folder.PathOf("run/pid")}}
            DefaultRuntimeDir {{Folder.PathOf("run")}}
            Mutex file:{{Folder.PathOf("run")}} default
            ErrorLog {{Folder.PathOf("errors.log")}}
            LoadModule mpm_event_module {{modules}}/mod_mpm_event.so
            LoadModule authn_core_module {{modules}}/mod_authn_core.so
            LoadModule authn_file_module {{modules}}/mod_authn_file.so
            LoadModule authz_core_module {{modules}}/mod_authz_core.so
            LoadModule authz_user_module {{modules}}/mod_authz_user.so
            LoadModule auth_basic_module {{modules}}/mod_auth_basic.so
            LoadModule auth_digest_module {{modules}}/mod_auth_digest.so
            LoadModule mime_module {{modules}}/mod_mime.so
            LoadModule filter_module {{modules}}/mod_filter.so
            LoadModule deflate_module {{modules}}/mod_deflate.so
            TypesConfig /dev/null
            AddType text/html .html
            DocumentRoot {{Folder.PathOf("www")}}
            KeepAlive On
            AddOutputFilterByType DEFLATE text/html
            <Directory {{Folder.PathOf("www")}}>
                Require all granted
            </Directory>
            <Directory {{Folder.PathOf("www/digest")}}>
                AuthType Digest
                AuthName "realm"
                AuthDigestProvider file
                AuthUserFile {{Folder.PathOf("digest")}}
                Require valid-user
            </Directory>
            <Directory {{Folder.PathOf("www/basic")}}>
                AuthType Basic
                AuthName "realm"
                AuthBasicProvider file
                AuthUserFile {{Folder.PathOf("basic")}}
                Require valid-user
            </Directory>
            """);
        await RunAsync(Port, "apache2", "-d", Folder.Path, "-f", configuration, "-DFOREGROUND");
    }

    // The form of Apache's password file for Digest is fixed: RFC 7616's A1 with MD5.
#pragma warning disable CA5351
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));
#pragma warning restore CA5351
}
