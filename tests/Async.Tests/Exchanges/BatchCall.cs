using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using PollHttp.Core;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>A call of a user, who does with it what a seed says.</summary>
internal sealed class BatchCall(int index, Random random, World world, HttpClient? handler, List<string> log)
{
    public const string Host = "http://a.test";

    private readonly StringBuilder _text = new();
    private string _story = "";

    public string Path { get; } = string.Create(CultureInfo.InvariantCulture, $"/{index}");

    public string Method { get; private set; } = "";

    /// <summary>Gets the content of the request.</summary>
    public string Content { get; private set; } = "";

    public Task Task { get; private set; } = Task.CompletedTask;

    /// <summary>Gets the number of the attempt that was answered, as the response names it.</summary>
    public int? Number { get; private set; }

    /// <summary>Gets what was read of the body.</summary>
    public string Text => _text.ToString();

    /// <summary>Gets a value indicating whether the body was read to its end.</summary>
    public bool IsWhole { get; private set; }

    public bool IsBlocking { get; private set; }

    public Exception? Error { get; private set; }

    /// <summary>Gets a value indicating whether the user ended the call.</summary>
    public bool HasGivenUp { get; private set; }

    public bool IsIdempotent => Method is "GET" or "PUT";

    private TimeProvider Time => world.Network.TimeProvider;

    public void Start() => Task = RunAsync();

    public override string ToString() => $"{Method} {Path}{_story}: {(IsWhole ? "whole" : Error?.Message ?? "left")}, {_text.Length} read of {Number?.ToString(CultureInfo.InvariantCulture) ?? "none"}";

    private async Task RunAsync()
    {
        Method = random.Next(8) switch { < 4 => "GET", < 6 => "POST", 6 => "PUT", _ => handler is null ? "GET" : "CONNECT" };
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(400) : 120_000), Time);
        if (random.Next(2) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500)), Time);
        }

        try
        {
            await (handler is null ? CallAsync(cancel.Token) : CallAsync(handler, cancel.Token));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException || (error is ObjectDisposedException && HasGivenUp))
        {
            HasGivenUp |= cancel.IsCancellationRequested;
            Error = error;
        }

        log.Add($"at {world.Network.Clock.Elapsed}: {this}");
        world.Loop.Wake(); // a timer may have brought it here, within a wait of the loop
    }

    private async Task CallAsync(CancellationToken token)
    {
        bool isBlocking = random.Next(8) == 0;
        Request request = new(Method, Host + Path) { Content = NewContent(mayWait: !isBlocking) };
        if (isBlocking)
        {
            TaskCompletionSource isThere = new();
            world.Loop.SynchronizationContext.Post(_ => isThere.SetResult(), null); // inside the wait of a loop no program blocks
            await isThere.Task;
            CallBlocking(request); // without the token: a timer in virtual time would cancel it on its own, sleeping thread
            return;
        }

        using Response response = await world.Client.SendAsync(request, token);
        OnHead(response.Headers["x-path"], response.Headers["x-attempt"]);
        await PauseAsync();
        switch (random.Next(8))
        {
            case 0:
                _story += " string";
                OnWhole(await response.ReadAsStringAsync(token));
                break;
            case 1:
                _story += " foreach";
                await foreach (ReadOnlyMemory<byte> slice in response.Body.WithCancellation(token))
                {
                    string before = Encoding.ASCII.GetString(slice.Span);
                    await PauseAsync();
                    Assert.Equal(before, Encoding.ASCII.GetString(slice.Span));
                    _text.Append(before);
                }

                OnWhole("");
                break;
            case 2:
                _story += " reader";
                await ReadAsync(response.BodyReader, token);
                break;
            case 3:
                _story += " drain";
                await response.DrainAsync(random.Next(4000), token);
                break;
            case 4:
                _story += " dispose";
                break;
            default:
                _story += " stream";
                await ReadAsync(response.OpenBodyStream(), response, token);
                break;
        }

        await PauseAsync();
    }

    private void CallBlocking(Request request)
    {
        _story += " blocking";
        IsBlocking = true;
        using Response response = world.Client.Send(request);
        OnHead(response.Headers["x-path"], response.Headers["x-attempt"]);
        switch (random.Next(3))
        {
            case 0:
                OnWhole(response.ReadAsString());
                break;
            case 1:
                foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    _text.Append(Encoding.ASCII.GetString(slice.Span));
                }

                OnWhole("");
                break;
            default:
                Stream stream = response.OpenBodyStream();
                byte[] buffer = new byte[random.Next(1, 3000)];
                for (int reads = random.Next(4); reads > 0; reads--)
                {
                    _text.Append(Encoding.ASCII.GetString(buffer, 0, stream.Read(buffer)));
                }

                break;
        }
    }

    private async Task CallAsync(HttpClient client, CancellationToken token)
    {
        using HttpRequestMessage request = new(new HttpMethod(Method), Host + Path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (Method == "CONNECT")
        {
            request.Headers.Protocol = "websocket";
        }
        else if (Method != "GET")
        {
            Content = BatchAttempt.TextOf(Path, 0, random.Next(300));
            request.Content = random.Next(2) == 0 ? new StringContent(Content) : new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes(Content)));
        }

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        OnHead(response.Headers.GetValues("x-path").First(), response.Headers.GetValues("x-attempt").First());
        await PauseAsync();
        if (Method != "CONNECT" && random.Next(4) == 0)
        {
            _story += " string";
            OnWhole(await response.Content.ReadAsStringAsync(token));
            return;
        }

        _story += " stream";
        Stream stream = await response.Content.ReadAsStreamAsync(token);
        Task writing = Method == "CONNECT" ? WriteAsync(stream, token) : Task.CompletedTask;
        try
        {
            await ReadAsync(stream, response, token);
        }
        finally
        {
            await writing;
        }
    }

    private async Task WriteAsync(Stream stream, CancellationToken token)
    {
        Content = BatchAttempt.TextOf(Path, 0, 400);
        int count = random.Next(6);
        int at = 0;
        try
        {
            for (int i = 0; i < count; i++)
            {
                int length = random.Next(300);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(Content.Substring(at, length)), token);
                at += length;
                await PauseAsync();
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            _story += $" (writing: {error.GetType().Name})"; // the reading side decides
        }
    }

    private async Task ReadAsync(PipeReader reader, CancellationToken token)
    {
        for (int reads = random.Next(1, 30); reads > 0 && !IsWhole; reads--)
        {
            ReadResult read = await reader.ReadAsync(token);
            int count = random.Next((int)Math.Min(read.Buffer.Length, 3000) + 1);
            _text.Append(Encoding.ASCII.GetString(read.Buffer.Slice(0, count).ToArray()));
            bool isEnd = read.IsCompleted && count == read.Buffer.Length;
            await PauseAsync();
            SequencePosition consumed = read.Buffer.GetPosition(count);
            reader.AdvanceTo(consumed, random.Next(2) == 0 ? read.Buffer.End : consumed);
            if (isEnd)
            {
                OnWhole("");
            }
        }

        if (random.Next(2) == 0)
        {
            await reader.CompleteAsync();
        }
    }

    private async Task ReadAsync(Stream stream, IDisposable response, CancellationToken token)
    {
        byte[] buffer = new byte[random.Next(1, 5000)];
        for (int reads = random.Next(3) == 0 ? random.Next(3) : int.MaxValue; reads > 0; reads--)
        {
            ValueTask<int> reading = stream.ReadAsync(buffer, token);
            if (random.Next(12) == 0 && !reading.IsCompleted)
            {
                _story += " dispose while reading";
                HasGivenUp = true;
                await PauseAsync();
                (random.Next(2) == 0 ? stream : response).Dispose();
            }

            int read = await reading;
            _text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            if (read == 0)
            {
                OnWhole("");
                break;
            }

            await PauseAsync();
        }

        if (random.Next(2) == 0)
        {
            await stream.DisposeAsync();
        }
    }

    private void OnHead(string? path, string? number)
    {
        Number = int.Parse(number!, CultureInfo.InvariantCulture);
        Assert.Equal(Path, path);
    }

    private void OnWhole(string text)
    {
        _text.Append(text);
        IsWhole = true;
    }

    private RequestContent? NewContent(bool mayWait)
    {
        if (Method == "GET")
        {
            return null;
        }

        Content = BatchAttempt.TextOf(Path, 0, random.Next(random.Next(4) == 0 ? 30_000 : 300));
        byte[] bytes = Encoding.ASCII.GetBytes(Content);
        switch (random.Next(mayWait ? 4 : 3))
        {
            case 0:
                _story += " of bytes";
                return RequestContent.FromBytes(bytes);
            case 1:
                _story += " of a stream";
                return RequestContent.FromStream(new MemoryStream(bytes));
            case 2:
                _story += " of a stream that can be sent once";
                return RequestContent.FromStream(new OnceStream(bytes), bytes.Length);
            default:
                _story += " of a writer";
                return RequestContent.FromWriter((writer, token) => WriteAsync(writer, bytes, token), random.Next(2) == 0 ? bytes.Length : null);
        }
    }

    private async Task WriteAsync(PipeWriter writer, byte[] bytes, CancellationToken token)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, random.Next(1, 20_000));
            _ = await writer.WriteAsync(bytes.AsMemory(at, length), token);
            at += length;
            await PauseAsync();
        }
    }

    private Task PauseAsync() => random.Next(3) > 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(random.Next(random.Next(4) == 0 ? 2000 : 60)), Time);

    private sealed class OnceStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
