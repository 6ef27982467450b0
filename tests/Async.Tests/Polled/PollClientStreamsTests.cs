using System.Buffers;
using System.IO.Pipelines;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Polled;

public sealed class PollClientStreamsTests : IDisposable
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 100_000).Select(static i => (byte)(i * 7))];

    private readonly SimulatedNetwork _network = new();
    private readonly PollClient _client;
    private byte[] _received = [];

    public PollClientStreamsTests()
    {
        _network.Listen("files.test", 80, new ScriptedHttpServer(request =>
        {
            _received = request.Body.ToArray();
            return ServerReply.Text("thanks");
        }));
        _client = new(_network);
        _client.ConnectToHost("files.test");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stream_is_sent_a_piece_a_frame_and_ends_the_body(bool hasLength)
    {
        PollUntil(PollStatus.Connected);
        _client.Request(new() { Method = "PUT", Target = "/" }, hasLength ? ContentFraming.OfLength(s_content.Length) : ContentFraming.Chunked);
        using MemoryStream source = new(s_content);
        byte[] buffer = new byte[4096];
        int frames = 0;
        while (_client.SendRequestBody(source, buffer))
        {
            Frame();
            Assert.True(++frames < 10_000);
        }

        Assert.False(_client.IsRequestBodyOpen);
        PollUntil(PollStatus.Body);
        Assert.Equal(200, _client.ResponseCode);
        Assert.Equal(s_content, _received);
        Assert.InRange(frames, s_content.Length / buffer.Length, 10_000);
    }

    [Fact]
    public void A_stream_that_is_too_short_is_the_caller_s_mistake()
    {
        PollUntil(PollStatus.Connected);
        _client.Request(new() { Method = "PUT", Target = "/" }, ContentFraming.OfLength(5));
        Assert.Throws<InvalidOperationException>(() => _client.SendRequestBody(Stream.Null, new byte[10]));
        Assert.True(_client.IsRequestBodyOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Memory_in_pieces_is_sent_as_it_is_and_ends_the_body(bool hasLength)
    {
        PollUntil(PollStatus.Connected);
        _client.Request(new() { Method = "PUT", Target = "/" }, hasLength ? ContentFraming.OfLength(s_content.Length) : ContentFraming.Chunked);
        ReadOnlySequence<byte> rest = Segment.Of([], s_content[..10], [], s_content[10..70_000], s_content[70_000..], []);
        Drive(() => _client.SendRequestBody(ref rest));

        Assert.True(rest.IsEmpty);
        PollUntil(PollStatus.Body);
        Assert.Equal(s_content, _received);
    }

    [Fact]
    public void Memory_without_bytes_is_an_empty_body()
    {
        PollUntil(PollStatus.Connected);
        _client.Request(new() { Method = "PUT", Target = "/" }, ContentFraming.Chunked);
        ReadOnlySequence<byte> rest = default;
        Drive(() => _client.SendRequestBody(ref rest));
        PollUntil(PollStatus.Body);
        Assert.Empty(_received);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3_000)]
    [InlineData(50_000)]
    public void A_pipe_is_sent_while_it_is_written_and_ends_the_body(int piece)
    {
        PollUntil(PollStatus.Connected);
        _client.Request(new() { Method = "PUT", Target = "/" }, ContentFraming.Chunked);
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0));
        PipeRequestBody body = new(_client, pipe.Reader);
        byte[] content = s_content[..Math.Min(s_content.Length, piece * 500)];
        int written = 0;
        Drive(() =>
        {
            int count = Math.Min(piece, content.Length - written);
            if (count > 0)
            {
                Write(pipe.Writer, content.AsSpan(written, count));
                written += count;
            }
            else
            {
                pipe.Writer.Complete();
            }

            return body.Send();
        });

        PollUntil(PollStatus.Body);
        Assert.Equal(content, _received);
        pipe.Reader.Complete();
    }

    [Fact]
    public void Memory_of_a_pipe_is_given_back_when_the_connection_has_released_it()
    {
        PollUntil(PollStatus.Connected);
        _client.Request(new() { Method = "PUT", Target = "/" }, ContentFraming.Chunked);
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 100, resumeWriterThreshold: 50));
        PipeRequestBody body = new(_client, pipe.Reader);
        Assert.True(body.Send());
        Write(pipe.Writer, s_content.AsSpan(0, 99));
        ValueTask<FlushResult> paused = pipe.Writer.WriteAsync(s_content.AsMemory(0, 99));
        Assert.True(body.Send());
        Assert.True(_client.HoldsRequestBody);
        Assert.False(paused.IsCompleted);
        Drive(() => body.Send() && _client.HoldsRequestBody);
        body.Send();
        Assert.True(paused.IsCompletedSuccessfully);
        pipe.Writer.Complete();
    }

    [Fact]
    public void A_pipe_that_fails_is_told_to_the_caller_and_ends_no_body()
    {
        PollUntil(PollStatus.Connected);
        _client.Request(new() { Method = "PUT", Target = "/" }, ContentFraming.Chunked);
        Pipe pipe = new();
        pipe.Writer.Complete(new FormatException("broken"));
        PipeRequestBody body = new(_client, pipe.Reader);
        Assert.Equal("broken", Assert.Throws<FormatException>(() => body.Send()).Message);
        Assert.True(_client.IsRequestBodyOpen);
    }

    [Fact]
    public void A_pipe_of_a_body_that_is_given_up_has_nothing_more_to_do()
    {
        PollUntil(PollStatus.Connected);
        _client.Request(new() { Method = "PUT", Target = "/" }, ContentFraming.Chunked);
        Pipe pipe = new();
        PipeRequestBody body = new(_client, pipe.Reader);
        Write(pipe.Writer, s_content.AsSpan(0, 10));
        Assert.True(body.Send());
        _client.Close();
        Assert.False(body.Send());
        Assert.False(pipe.Reader.TryRead(out _));
    }

    public void Dispose() => _client.Dispose();

    private static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write(bytes);
        writer.FlushAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Runs frames as long as there is something to send.</summary>
    private void Drive(Func<bool> send)
    {
        int frames = 0;
        while (send())
        {
            Frame();
            Assert.True(++frames < 10_000);
        }
    }

    private void PollUntil(PollStatus status)
    {
        for (int i = 0; i < 10_000 && _client.Status != status; i++)
        {
            Frame();
        }

        Assert.Equal(status, _client.Status);
    }

    private void Frame()
    {
        _client.Poll();
        _network.Advance(TimeSpan.FromMilliseconds(1));
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(params byte[][] pieces)
        {
            Segment first = new() { Memory = pieces[0] };
            Segment last = first;
            foreach (byte[] piece in pieces.Skip(1))
            {
                Segment next = new() { Memory = piece, RunningIndex = last.RunningIndex + last.Memory.Length };
                last.Next = next;
                last = next;
            }

            return new(first, 0, last, last.Memory.Length);
        }
    }
}
