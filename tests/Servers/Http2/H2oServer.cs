namespace PollHttp.Servers.Tests;

/// <summary>h2o: an implementation of its own, with priorities. It reads a content before it sends it back.</summary>
public sealed class H2oServer : Http2Origin
{
    protected override async Task StartCoreAsync()
    {
        WriteFiles();
        string configuration = Folder.Write("h2o.conf", $$"""
            num-threads: 1
            listen:
              host: 127.0.0.1
              port: {{Port}}
            listen:
              host: 127.0.0.1
              port: {{TlsPort}}
              ssl:
                certificate-file: {{CertificatePath}}
                key-file: {{KeyPath}}
                ocsp-update-interval: 0
            hosts:
              default:
                paths:
                  /:
                    file.dir: {{Folder.PathOf("www")}}
                  /echo:
                    mruby.handler: |
                      Proc.new {|env| [200, {}, [env["rack.input"].read]] }
                  /count:
                    mruby.handler: |
                      Proc.new {|env| [200, {}, ["#{env["REQUEST_METHOD"]} #{env["rack.input"].read.length}"]] }

            """);
        await RunAsync(Port, "h2o", "-m", "worker", "-c", configuration);
    }
}
