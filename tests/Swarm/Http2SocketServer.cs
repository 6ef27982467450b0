using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PollHttp.Swarm;

/// <summary>The server of a scenario on real sockets that speaks HTTP/2, over TLS both protocols: Kestrel, which shares no code with ours.</summary>
internal sealed class Http2SocketServer : IDisposable
{
    private const int InternalError = 2;
    private const int RefusedStream = 7;

    /// <summary>How long a server that takes nothing, or never answers, waits before it gives up: longer than any limit of a client that meets one, and not
    /// so long that it would be left over, as Kestrel does not notice the end of a connection of HTTP/1.1 that it does not read.</summary>
    private static readonly TimeSpan s_deafFor = TimeSpan.FromSeconds(4);

    private readonly Ledger _ledger;
    private readonly Http2Plan _plan;
    private readonly HashSet<(int, int)> _refused = [];
    private readonly WebApplication _app;
    private int _connections;
    private int _open;

    public Http2SocketServer(Ledger ledger, Http2Plan plan, X509Certificate2? certificate)
    {
        _ledger = ledger;
        _plan = plan;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            options.Limits.Http2.MaxStreamsPerConnection = (int)(plan.Streams ?? 1_000);
            options.Limits.Http2.InitialStreamWindowSize = Math.Max(65_535, (int)plan.Window);
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = certificate is null ? HttpProtocols.Http2 : HttpProtocols.Http1AndHttp2;
                listen.Use((_, next) => CountAsync(next));
                if (certificate is not null)
                {
                    listen.UseHttps(https =>
                    {
                        https.ServerCertificate = certificate;
                        https.OnAuthenticate = ChooseProtocol;
                    });
                }
            });
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
        _app.StartAsync().GetAwaiter().GetResult();
        Address = new($"{(certificate is null ? "http" : "https")}://localhost:{new Uri(_app.Urls.First()).Port}/");
    }

    public Uri Address { get; }

    /// <summary>Gets how many connections the client has not closed.</summary>
    public int Open => Volatile.Read(ref _open);

    public void Dispose()
    {
        using CancellationTokenSource atOnce = new();
        atOnce.Cancel();
        try
        {
            _app.StopAsync(atOnce.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // It breaks its connections off, as it was asked to.
        }

        ((IDisposable)_app).Dispose();
    }

    private async Task CountAsync(Func<Task> next)
    {
        Interlocked.Increment(ref _open);
        try
        {
            await next().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private void ChooseProtocol(ConnectionContext connection, SslServerAuthenticationOptions options)
    {
        if (Interlocked.Increment(ref _connections) * 37 % 100 < _plan.Declined)
        {
            options.ApplicationProtocols = [SslApplicationProtocol.Http11];
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!_ledger.TryFind(context.Request.Path.Value ?? "", out CallPlan? call, out int hop))
        {
            _ledger.Fail("malformed request", context.Request.Path.Value ?? "");
            return;
        }

        if (IsRefused(call, hop, context))
        {
            return;
        }

        _ledger.HeadSeen(call, hop, context.Request.Method);
        try
        {
            await AnswerAsync(context, call, hop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or Microsoft.AspNetCore.Http.BadHttpRequestException or ConnectionAbortedException)
        {
            context.Abort(); // the client broke off
        }
    }

    private bool IsRefused(CallPlan call, int hop, HttpContext context)
    {
        lock (_refused)
        {
            if (call.Content is not (null or { Kind: ContentKind.Bytes }) || (call.Number * 31 % 100) >= _plan.Refused || context.Features.Get<IHttpResetFeature>() is not { } reset
                || !_refused.Add((call.Number, hop)))
            {
                return false;
            }

            reset.Reset(RefusedStream);
            return true;
        }
    }

    private async Task AnswerAsync(HttpContext context, CallPlan call, int hop)
    {
        AnswerPlan plan = call.Answer;
        CancellationToken aborted = context.RequestAborted;
        if (plan.IsDeaf)
        {
            await Task.Delay(s_deafFor, aborted).ConfigureAwait(false);
        }
        else if (!plan.IsEarly && !call.IsTunnel)
        {
            await CheckContentAsync(context, call).ConfigureAwait(false);
        }

        if (plan.NeverAnswers)
        {
            await Task.Delay(s_deafFor, aborted).ConfigureAwait(false);
            context.Abort();
            return;
        }

        if (plan.Thinks > TimeSpan.Zero)
        {
            await Task.Delay(plan.Thinks, aborted).ConfigureAwait(false);
        }

        CloseAfter(context, plan.After);
        if (call.IsTunnel)
        {
            await EchoAsync(context, call, aborted).ConfigureAwait(false);
            return;
        }

        if (hop < plan.Redirects)
        {
            context.Response.StatusCode = call.Content is null ? 302 : 307;
            context.Response.Headers.Location = $"/{call.Number}/{hop + 1}";
            return;
        }

        await RespondAsync(context, call, aborted).ConfigureAwait(false);
    }

    private static async Task RespondAsync(HttpContext context, CallPlan call, CancellationToken aborted)
    {
        AnswerPlan plan = call.Answer;
        byte[] body = Pattern.Make(call.Number, plan.Length);
        HttpResponse response = context.Response;
        response.Headers["X-Number"] = call.Number.ToString(CultureInfo.InvariantCulture);
        response.Headers.SetCookie = $"c{call.Number % 7}=v{call.Number}; Path=/";
        if (plan.Coding.Length > 0 && context.Request.Headers.AcceptEncoding.ToString().Contains(plan.Coding, StringComparison.Ordinal))
        {
            body = Answer.Code(plan.Coding, body);
            response.Headers.ContentEncoding = plan.Coding;
        }

        int end = plan.Cut == CutKind.None ? body.Length : (int)((long)body.Length * plan.CutAt / 1000);
        response.ContentLength = plan.Framing == FramingKind.Length && plan.Cut == CutKind.None ? body.Length : null;
        await response.StartAsync(aborted).ConfigureAwait(false);
        int size = Math.Max(1, (end + plan.Pieces - 1) / plan.Pieces);
        for (int sent = 0; sent < end && call.Method != "HEAD"; sent += size)
        {
            if (sent > 0)
            {
                await Task.Delay(plan.Gap, aborted).ConfigureAwait(false);
            }

            await response.Body.WriteAsync(body.AsMemory(sent, Math.Min(size, end - sent)), aborted).ConfigureAwait(false);
        }

        switch (plan.Cut)
        {
            case CutKind.Stall:
                await response.Body.FlushAsync(aborted).ConfigureAwait(false);
                await Task.Delay(s_deafFor, aborted).ConfigureAwait(false);
                context.Abort();
                break;
            case CutKind.Reset when context.Features.Get<IHttpResetFeature>() is { } reset:
                reset.Reset(InternalError);
                break;
            case not CutKind.None:
                context.Abort();
                break;
        }
    }

    /// <summary>Sends back what comes through a tunnel, up to where it is cut.</summary>
    private async Task EchoAsync(HttpContext context, CallPlan call, CancellationToken aborted)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true, Protocol: "echo" } tunnel)
        {
            _ledger.Fail("a tunnel without its protocol", call.ToString());
            return;
        }

        context.Response.Headers["X-Number"] = call.Number.ToString(CultureInfo.InvariantCulture);
        await using Stream stream = await tunnel.AcceptAsync().ConfigureAwait(false);
        bool isCut = call.Answer.Cut != CutKind.None;
        int place = isCut ? call.Answer.CutPlace : call.Answer.Length;
        byte[] buffer = new byte[16 * 1024];
        int taken = 0;
        int count;
        while ((!isCut || taken < place) && (count = await stream.ReadAsync(buffer, aborted).ConfigureAwait(false)) > 0)
        {
            if (Pattern.FirstWrong(call.Number, taken, buffer.AsSpan(0, count)) >= 0)
            {
                _ledger.Fail("wrong bytes in a tunnel", $"after {taken}: {call}");
            }

            await stream.WriteAsync(buffer.AsMemory(0, Math.Min(count, place - taken)), aborted).ConfigureAwait(false);
            taken += count;
        }

        if (call.Answer.Cut == CutKind.Reset)
        {
            context.Features.Get<IHttpResetFeature>()!.Reset(InternalError);
        }
    }

    private async Task CheckContentAsync(HttpContext context, CallPlan call)
    {
        byte[] buffer = new byte[16 * 1024];
        ContentCheck check = new(_ledger, call);
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            check.Accept(buffer.AsSpan(0, count));
        }

        check.End();
    }

    private static void CloseAfter(HttpContext context, AfterKind after)
    {
        switch (after)
        {
            case AfterKind.Announced or AfterKind.Close:
                context.Connection.RequestClose(); // GOAWAY in HTTP/2
                break;
            case AfterKind.Reset or AfterKind.CloseLater:
                _ = AbortLaterAsync(context.Features.Get<IConnectionLifetimeFeature>(), TimeSpan.FromMilliseconds(after == AfterKind.Reset ? 2 : 20));
                break;
        }
    }

    private static async Task AbortLaterAsync(IConnectionLifetimeFeature? connection, TimeSpan time)
    {
        await Task.Delay(time).ConfigureAwait(false);
        connection?.Abort();
    }
}
