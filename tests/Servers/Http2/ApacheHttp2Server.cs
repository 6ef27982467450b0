namespace PollHttp.Servers.Tests;

/// <summary>Apache with mod_http2: workers that answer streams on threads of their own. It reads a content before it sends it back.</summary>
public sealed class ApacheHttp2Server : Http2Origin
{
    protected override async Task StartCoreAsync()
    {
        WriteFiles();
        Folder.MakeFolder("run");
        string echo = Folder.Write("echo.lua", """
            function handle(request)
                request:write(request:requestbody() or "")
                return apache2.OK
            end
            """);
        string modules = "/usr/lib/apache2/modules";
        string configuration = Folder.Write("apache.conf", $$"""
            ServerRoot {{Folder.Path}}
            ServerName localhost
            Listen 127.0.0.1:{{Port}}
            Listen 127.0.0.1:{{TlsPort}}
            PidFile {{Folder.PathOf("run/pid")}}
            DefaultRuntimeDir {{Folder.PathOf("run")}}
            Mutex file:{{Folder.PathOf("run")}} default
            ErrorLog {{Folder.PathOf("errors.log")}}
            LoadModule mpm_event_module {{modules}}/mod_mpm_event.so
            LoadModule authz_core_module {{modules}}/mod_authz_core.so
            LoadModule mime_module {{modules}}/mod_mime.so
            LoadModule socache_shmcb_module {{modules}}/mod_socache_shmcb.so
            LoadModule ssl_module {{modules}}/mod_ssl.so
            LoadModule http2_module {{modules}}/mod_http2.so
            LoadModule lua_module {{modules}}/mod_lua.so
            LuaMapHandler /echo {{echo}}
            TypesConfig /dev/null
            DocumentRoot {{Folder.PathOf("www")}}
            Protocols h2 h2c http/1.1
            H2Direct on
            H2MaxSessionStreams 20
            <Directory {{Folder.PathOf("www")}}>
                Require all granted
            </Directory>
            <VirtualHost 127.0.0.1:{{TlsPort}}>
                SSLEngine on
                SSLCertificateFile {{CertificatePath}}
                SSLCertificateKeyFile {{KeyPath}}
            </VirtualHost>
            """);
        await RunAsync(Port, "apache2", "-d", Folder.Path, "-f", configuration, "-DFOREGROUND");
    }
}
