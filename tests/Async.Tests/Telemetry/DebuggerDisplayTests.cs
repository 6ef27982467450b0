using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using PollHttp.Core;
using PollHttp.Core.Http2;
using PollHttp.Sockets;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Telemetry;

/// <summary>What a debugger shows of the types that one looks at. A debugger swallows what is wrong with a display, so each is evaluated here.</summary>
public sealed partial class DebuggerDisplayTests
{
    [Fact]
    public void Each_display_says_what_the_object_is()
    {
        using World world = new();
        world.Serve("a.test", static _ => World.Reply(200, body: "hi"));
        Request request = new(HttpMethod.Get, "http://a.test/x");
        using Response response = world.Run(world.Client.SendAsync(request));
        OriginPool origin = world.Client.Pool.GetOrigin(new PoolKey(false, "a.test", 80) { Versions = HttpVersions.Http1 });
        PooledConnection connection = new(origin, (WarmUp?)null);
        using PollHttpHandler handler = new(world.Loop);
        using PollHttpClient based = new(world.Loop, new() { BaseAddress = new("http://a.test/v1/") });
        using PollDownload download = new(world.Network);
        using PollClient polled = new(world.Network);
        polled.ConnectToHost("b.test", 81);
        using PollConnection direct = new(world.Network, new ConnectionTarget { Host = "::1", Port = 82 });
        using ITransport socket = SocketNetwork.Default.Dial(new IPEndPoint(IPAddress.Loopback, 1));
        socket.Dispose();
        HeaderList fields = new() { { "A", "1" }, { "B", "2" } };
        (object Subject, string Display)[] all =
        [
            (default(Fault), "no fault"),
            (new Fault { Kind = FaultKind.TimedOut, Phase = ConnectPhase.Tls }, "TimedOut in Tls"),
            (new ConnectionState(), "send Idle, receive Idle"),
            (new Http1Connection(ExchangeOptions.Default), "HTTP/1: send Idle, receive Idle, 0 exchanges completed"),
            (new Http2Connection(ExchangeOptions.Default), "HTTP/2: Fresh, 0 exchanges under way, 0 completed"),
            (new Http2Stream { StreamId = 3 }, "stream 3: Open"),
            (direct, "None, [::1]:82"),
            (polled, "Resolving, b.test:81"),
            (new RequestHead { Method = "PUT", Target = "/x" }, "PUT /x, 0 fields"),
            (fields, "2 fields"),
            (response.Headers, "1 fields"),
            (new SlabPool(), "0 in use"),
            (request, "GET http://a.test/x"),
            (response, "HTTP/1.1 200 Status, 1 header field, from http://a.test/x"),
            (world.Client, "no base address, HTTP/1.1"),
            (based, "http://a.test/v1/, HTTP/1.1"),
            (handler, "no request yet"),
            (world.Loop, $"1 connections, 0 waiting, {world.Loop.Statistics.Polls} polls"),
            (download, "NotStarted, 0 of -1 bytes"),
            (origin, "http://a.test: 1 connections, 0 waiting"),
            (connection, "http://a.test: Dialing, Queued"),
            (new Exchange(world.Client.Engine, default) { Method = "GET", Uri = request.Uri }, "GET http://a.test/x"),
            (new CookieStore(), "0 cookies"),
            (socket, "127.0.0.1:1, disposed"),
        ];
        Assert.Equal(all.Select(static each => $"{each.Subject.GetType().Name}: {each.Display}"), all.Select(static each => $"{each.Subject.GetType().Name}: {Evaluate(each.Subject)}"));

        IEnumerable<Type> shown = all.Select(static each => each.Subject.GetType()).Distinct();
        IEnumerable<Type> declared = new[] { typeof(Fault), typeof(SocketNetwork), typeof(PollLoop), typeof(SimulatedNetwork) }
            .SelectMany(static type => type.Assembly.GetTypes()).Where(static type => type.IsDefined(typeof(DebuggerDisplayAttribute), inherit: false) && !type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)));
        Assert.Equal(declared.Select(static type => type.FullName).Order(), shown.Select(static type => type.FullName).Order());
    }

    private static string Evaluate(object subject)
    {
        DebuggerDisplayAttribute display = subject.GetType().GetCustomAttribute<DebuggerDisplayAttribute>(inherit: false)!;
        Match expression = Expression().Match(display.Value);
        Assert.True(expression.Success, $"{subject.GetType()}: {display.Value} is not the name of one member.");
        PropertyInfo? member = subject.GetType().GetProperty(
            expression.Groups[1].Value, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
        Assert.True(member is not null, $"{subject.GetType()} has no {expression.Groups[1].Value}.");
        return (string)member.GetValue(subject)!;
    }

    [GeneratedRegex(@"^\{(\w+),nq\}$")]
    private static partial Regex Expression();
}
