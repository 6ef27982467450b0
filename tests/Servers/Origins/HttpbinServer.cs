namespace PollHttp.Servers.Tests;

/// <summary>httpbin under gunicorn: redirects, cookies, authentication, codings, bodies that drip.</summary>
public sealed class HttpbinServer : ServerFixture
{
    protected override Task StartCoreAsync() =>
        RunAsync(Port, "gunicorn", "-b", $"127.0.0.1:{Port}", "-k", "gthread", "--threads", "8", "--worker-tmp-dir", Folder.Path, "httpbin:app");
}
