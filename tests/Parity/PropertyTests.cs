using System.Reflection;

namespace PollHttp.Parity;

public sealed class PropertyTests
{
    public static TheoryData<string> Names =>
        [.. typeof(SocketsHttpHandler).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(static p => p.Name)];

    [Theory]
    [Trait("parity", "P-150")]
    [MemberData(nameof(Names))]
    public void Name_type_and_default_are_the_same(string name)
    {
        PropertyInfo theirs = typeof(SocketsHttpHandler).GetProperty(name)!;
        PropertyInfo? ours = typeof(PollHttpHandler).GetProperty(name);
        Assert.NotNull(ours);
        Assert.Equal(theirs.PropertyType, ours.PropertyType);
        Assert.Equal(theirs.CanWrite, ours.CanWrite);
        using SocketsHttpHandler platform = new();
        using PollHttpHandler handler = new();
        Assert.Equal(Show(theirs.GetValue(platform)), Show(ours.GetValue(handler)));
    }

    private static string? Show(object? value) => value switch
    {
        null => null,
        System.Collections.ICollection c => $"{c.GetType()} {c.Count}",
        _ => value.ToString(),
    };

    [Fact]
    public void Support_is_said_to_be_there() => Assert.Equal(SocketsHttpHandler.IsSupported, PollHttpHandler.IsSupported);

    public static TheoryData<string, object?> Values => new()
    {
        { "MaxAutomaticRedirections", 0 },
        { "MaxAutomaticRedirections", -1 },
        { "MaxAutomaticRedirections", 1 },
        { "MaxConnectionsPerServer", 0 },
        { "MaxConnectionsPerServer", -1 },
        { "MaxConnectionsPerServer", int.MaxValue },
        { "MaxResponseHeadersLength", 0 },
        { "MaxResponseHeadersLength", -1 },
        { "MaxResponseHeadersLength", int.MaxValue },
        { "MaxResponseDrainSize", -1 },
        { "MaxResponseDrainSize", 0 },
        { "ResponseDrainTimeout", TimeSpan.FromTicks(-1) },
        { "ResponseDrainTimeout", TimeSpan.Zero },
        { "ResponseDrainTimeout", Timeout.InfiniteTimeSpan },
        { "ResponseDrainTimeout", TimeSpan.MaxValue },
        { "ConnectTimeout", TimeSpan.Zero },
        { "ConnectTimeout", TimeSpan.FromTicks(-1) },
        { "ConnectTimeout", TimeSpan.FromTicks(1) },
        { "ConnectTimeout", Timeout.InfiniteTimeSpan },
        { "ConnectTimeout", TimeSpan.FromMilliseconds(int.MaxValue) },
        { "ConnectTimeout", TimeSpan.FromMilliseconds(int.MaxValue) + TimeSpan.FromTicks(1) },
        { "Expect100ContinueTimeout", TimeSpan.Zero },
        { "Expect100ContinueTimeout", TimeSpan.FromTicks(-1) },
        { "Expect100ContinueTimeout", Timeout.InfiniteTimeSpan },
        { "Expect100ContinueTimeout", TimeSpan.MaxValue },
        { "PooledConnectionLifetime", TimeSpan.FromTicks(-1) },
        { "PooledConnectionLifetime", TimeSpan.Zero },
        { "PooledConnectionLifetime", TimeSpan.MaxValue },
        { "PooledConnectionIdleTimeout", TimeSpan.FromTicks(-1) },
        { "PooledConnectionIdleTimeout", TimeSpan.Zero },
        { "PooledConnectionIdleTimeout", TimeSpan.MaxValue },
        { "KeepAlivePingDelay", TimeSpan.Zero },
        { "KeepAlivePingDelay", TimeSpan.FromMilliseconds(999) },
        { "KeepAlivePingDelay", TimeSpan.FromSeconds(1) },
        { "KeepAlivePingTimeout", TimeSpan.FromMilliseconds(999) },
        { "KeepAlivePingTimeout", TimeSpan.FromSeconds(1) },
        { "InitialHttp2StreamWindowSize", 65534 },
        { "InitialHttp2StreamWindowSize", 65535 },
        { "InitialHttp2StreamWindowSize", 16 * 1024 * 1024 },
        { "InitialHttp2StreamWindowSize", 16 * 1024 * 1024 + 1 },
        { "CookieContainer", null },
        { "SslOptions", null },
        { "ActivityHeadersPropagator", null },
        { "Proxy", null },
        { "Credentials", null },
    };

    [Theory]
    [Trait("parity", "P-149")]
    [MemberData(nameof(Values))]
    public Task Argument_checks(string name, object? value) => Compare.RunAsync((subject, seen) =>
    {
        HttpMessageHandler handler = subject.Handler();
        seen.Try("error", () => Subject.Set(handler, name, value));
        seen.Note("value", Subject.Get(handler, name));
        return Task.CompletedTask;
    });

    public static TheoryData<string> Settable =>
        [.. typeof(SocketsHttpHandler).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static p => p.CanWrite).Select(static p => p.Name)];

    [Theory]
    [Trait("parity", "P-148")]
    [MemberData(nameof(Settable))]
    public Task Setting_after_the_first_request_and_after_dispose(string name) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        HttpMessageHandler handler = subject.Handler();
        using HttpMessageInvoker invoker = new(handler, disposeHandler: false);
        using (HttpRequestMessage request = new(HttpMethod.Get, server.Uri()))
        using (await invoker.SendAsync(request, default))
        {
        }

        object? value = Subject.Get(handler, name);
        seen.Try("after use", () => Subject.Set(handler, name, value));
        handler.Dispose();
        seen.Try("after dispose", () => Subject.Set(handler, name, value));
        seen.Try("getting", () => Subject.Get(handler, name));
    });

    [Fact]
    [Trait("parity", "P-148")]
    public Task Sending_after_dispose() => Compare.RunAsync(async (subject, seen) =>
    {
        HttpMessageHandler handler = subject.Handler();
        handler.Dispose();
        using HttpMessageInvoker invoker = new(handler);
        using HttpRequestMessage request = new(HttpMethod.Get, "http://127.0.0.1:1/");
        await seen.TryAsync("error", () => invoker.SendAsync(request, default));
    });
}
