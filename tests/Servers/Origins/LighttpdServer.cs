namespace PollHttp.Servers.Tests;

/// <summary>lighttpd: a third independent implementation, with files and ranges; closes after three requests.</summary>
public sealed class LighttpdServer : ServerFixture
{
    public const string Text = "The quick brown fox jumps over the lazy dog.\n";

    protected override async Task StartCoreAsync()
    {
        Folder.Write("www/fox.txt", Text);
        Folder.Write("www/many.html", string.Concat(Enumerable.Repeat(Text, 3_000)));
        string configuration = Folder.Write("lighttpd.conf", $$"""
            server.modules = ( "mod_indexfile", "mod_staticfile" )
            server.document-root = "{{Folder.PathOf("www")}}"
            server.bind = "127.0.0.1"
            server.port = {{Port}}
            server.errorlog = "{{Folder.PathOf("errors.log")}}"
            server.max-keep-alive-requests = 3
            mimetype.assign = ( ".txt" => "text/plain", ".html" => "text/html" )
            """);
        await RunAsync(Port, "lighttpd", "-D", "-f", configuration);
    }
}
