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

    public void Dispose() => _client.Dispose();

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
}
