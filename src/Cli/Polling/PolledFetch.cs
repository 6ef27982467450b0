using System.CommandLine;
using System.Diagnostics;
using PollHttp.Cli.Commands;
using PollHttp.Cli.Display;
using PollHttp.Cli.Requests;
using PollHttp.Cli.Responses;
using PollHttp.Sockets;

namespace PollHttp.Cli.Polling;

/// <summary>
/// Requests one address with the polled client and shows each status on the error stream. The client is polled once per millisecond, as a
/// game polls it once per frame.
/// </summary>
internal sealed class PolledFetch(RequestPlan plan, Uri address, PollHttpClientOptions options, FetchSettings settings, CommandHost host)
{
    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(1);

    private readonly long _started = Stopwatch.GetTimestamp();
    private PollStatus _shown;
    private int _polls;
    private long _bytes;

    /// <summary>Refuses options that the polled client does not support.</summary>
    /// <exception cref="CliException">There is such an option.</exception>
    public static void Refuse(ParseResult line, RequestSymbols request, FetchSymbols fetch)
    {
        Option[] unknown =
        [
            fetch.Output, fetch.RemoteName, fetch.OutputFolder, fetch.Sha256, fetch.Parallel, fetch.Timings, fetch.Trace, fetch.TraceBody, fetch.Har,
            fetch.Retry, fetch.CookieJar, request.Location, request.User, request.Proxy, request.ProxyUser, request.UnixSocket,
        ];
        if (Array.Find(unknown, option => line.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new CliException(ExitCode.Usage, $"{given.Name} is not for --poll: the polled client is one connection and one request.");
        }

        if (line.GetValue(fetch.Addresses)!.Length > 1)
        {
            throw new CliException(ExitCode.Usage, "--poll is for one address.");
        }
    }

    public ExitCode Run(CancellationToken cancellationToken)
    {
        using PollClient client = new(SocketNetwork.Default, new PollClientOptions { ConnectTimeout = options.ConnectTimeout, Timeouts = { ResponseHead = options.Timeout } });
        _shown = client.Status;
        client.ConnectToHost(address.GetLeftPart(UriPartial.Authority), tls: options.SslOptions);
        PollWhile(client, static status => status is PollStatus.Resolving or PollStatus.Connecting, cancellationToken);
        if (client.Status == PollStatus.Connected)
        {
            client.Request(plan.Method, address.PathAndQuery, Fields(out ReadOnlyMemory<byte> body), body);
            PollWhile(client, static status => status == PollStatus.Requesting, cancellationToken);
        }

        if (client.HasResponse)
        {
            PrintHead(client);
            PollBody(client, cancellationToken);
        }

        if (client.Fault.Exists)
        {
            throw new CliException(Failure.CodeOf(client.Fault), $"{plan.Method} {address.GetLeftPart(UriPartial.Path)} failed: {client.Fault.Describe()}");
        }

        Remark($"{client.ResponseCode}, {Units.Bytes(_bytes)} in {_polls:N0} polls");
        return settings.FailOnStatus && client.ResponseCode >= 400
            ? throw new CliException(ExitCode.HttpStatus, $"The server answered {client.ResponseCode}.")
            : ExitCode.Success;
    }

    private List<HeaderField> Fields(out ReadOnlyMemory<byte> body)
    {
        List<HeaderField> fields = [.. plan.Headers];
        body = default;
        if (options.BearerToken is { } token)
        {
            fields.Add(new("Authorization", "Bearer " + token));
        }

        if (plan.CreateContent?.Invoke() is { } content)
        {
            using MemoryStream bytes = new();
            content.CopyTo(bytes);
            body = bytes.ToArray();
            if (content.ContentType is { } type)
            {
                fields.Add(new("Content-Type", type));
            }
        }

        return fields;
    }

    private void PollWhile(PollClient client, Predicate<PollStatus> isUnderWay, CancellationToken cancellationToken)
    {
        Show(client.Status);
        while (isUnderWay(client.Status))
        {
            client.Poll();
            AfterPoll(client, cancellationToken);
        }
    }

    private void PollBody(PollClient client, CancellationToken cancellationToken)
    {
        bool isShown = !(settings.FailOnStatus && client.ResponseCode >= 400);
        BodyWriter output = new(host);
        while (client.Status == PollStatus.Body)
        {
            client.PollBody(PollBudget.Unlimited, slice =>
            {
                _bytes += slice.Length;
                if (isShown)
                {
                    output.WriteAsync(slice.ToArray()).GetAwaiter().GetResult();
                }
            });
            AfterPoll(client, cancellationToken);
        }

        output.EndAsync().GetAwaiter().GetResult();
        host.Output.Flush();
    }

    private void AfterPoll(PollClient client, CancellationToken cancellationToken)
    {
        _polls++;
        if (client.Status == _shown)
        {
            cancellationToken.WaitHandle.WaitOne(s_frame);
        }

        cancellationToken.ThrowIfCancellationRequested();
        Show(client.Status);
    }

    private void Show(PollStatus status)
    {
        if (status != _shown)
        {
            _shown = status;
            Remark(settings.ErrorInk.Bold(status.ToString()));
        }
    }

    private void Remark(string text)
    {
        if (settings.Progress != ProgressKind.None)
        {
            host.Error.WriteLine($"{Units.Time(Stopwatch.GetElapsedTime(_started)),9}  {_polls,5:N0} polls  {text}");
        }
    }

    private void PrintHead(PollClient client)
    {
        if (!settings.IncludeHead && plan.Method != "HEAD")
        {
            return;
        }

        using StreamWriter output = new(host.Output, leaveOpen: true) { NewLine = "\r\n" };
        output.WriteLine(settings.OutputInk.Status(client.ResponseCode, $"HTTP/1.1 {client.ResponseCode}"));
        foreach (HeaderField field in client.ResponseHeaders)
        {
            output.WriteLine($"{settings.OutputInk.Bold(field.Name)}: {Failure.Line(field.Value)}");
        }

        output.WriteLine();
    }
}
