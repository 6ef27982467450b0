using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class UploadTests
{
    private const int LargeSize = 1_000_000;

    public static TheoryData<string, int> ShapesAndSizes()
    {
        var data = new TheoryData<string, int>();
        foreach (string shape in ContentShapes.All.Keys)
        {
            data.Add(shape, 0);
            data.Add(shape, 10);
            data.Add(shape, LargeSize);
        }

        return data;
    }

    public static TheoryData<string> Shapes() => [.. ContentShapes.All.Keys];

    private static byte[] Random(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    [Theory]
    [MemberData(nameof(ShapesAndSizes))]
    public void Every_shape_arrives_whole_in_run_drive(string shape, int size)
    {
        byte[] bytes = Random(size);
        var scene = new UploadScene();

        Assert.Equal(200, scene.Put(ContentShapes.All[shape](bytes)));
        Assert.Equal(bytes, scene.Request.Body.ToArray());
    }

    [Theory]
    [MemberData(nameof(ShapesAndSizes))]
    public void Every_shape_arrives_whole_in_manual_drive(string shape, int size)
    {
        byte[] bytes = Random(size);
        var scene = new UploadScene();

        string answer = scene.RunInFrames(async client =>
        {
            using Response response = await client.PutAsync(UploadScene.Address, ContentShapes.All[shape](bytes));
            return await response.ReadAsStringAsync();
        });

        Assert.Equal("ok", answer);
        Assert.Equal(bytes, scene.Request.Body.ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_shape_is_written_synchronously_too(string shape)
    {
        byte[] bytes = Random(LargeSize);
        using var copy = new MemoryStream();

        ContentShapes.All[shape](bytes).CopyTo(copy);

        Assert.Equal(bytes, copy.ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Content_through_a_narrow_window_keeps_its_bytes_in_order(string shape)
    {
        byte[] bytes = Random(100_000);
        var server = new ScriptedHttpServer("HTTP/1.1 204 No Content\r\n\r\n");
        var scene = new UploadScene(server, new() { SendWindow = 777, Latency = TimeSpan.FromMilliseconds(1) });

        Assert.Equal(204, scene.Put(ContentShapes.All[shape](bytes)));
        Assert.Equal(bytes, scene.Request.Body.ToArray());
    }

    [Fact]
    public void Next_piece_is_read_while_the_last_one_is_sent()
    {
        const int Pieces = 20;
        const int PieceSize = 64 * 1024;
        var piece = TimeSpan.FromMilliseconds(10);
        var link = new LinkOptions { BytesPerSecond = PieceSize * 100, SendWindow = 16 * 1024 };
        var scene = new UploadScene(new ScriptedHttpServer(ServerReply.Text("ok")), link) { IsSteady = true };

        Assert.Equal(200, scene.Put(RequestContent.FromStream(new SlowStream(scene.Network.TimeProvider, piece, Pieces, PieceSize), Pieces * PieceSize)));
        byte[] expected = [.. Enumerable.Range(0, Pieces * PieceSize).Select(static i => (byte)(i / PieceSize))];
        Assert.Equal(expected, scene.Request.Body.ToArray());
        Assert.InRange(scene.Elapsed / piece, Pieces, Pieces + 3);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Head_and_first_bytes_leave_in_one_send(string shape)
    {
        byte[] bytes = Random(100);
        var scene = new UploadScene() { IsSteady = true };

        scene.Put(ContentShapes.All[shape](bytes));

        int firstPiece = shape == "asynchronous sequence" ? 33 : 100;
        Assert.True(scene.Sends[0] > "PUT /up HTTP/1.1\r\nHost: server.example\r\n\r\n".Length + firstPiece);
        Assert.True(firstPiece < 100 || scene.Sends.Count == (scene.Request.Header("Transfer-Encoding") is null ? 1 : 2));
    }

    [Fact]
    public void Head_of_a_content_that_waits_leaves_at_once()
    {
        var scene = new UploadScene() { IsSteady = true };

        scene.Put(RequestContent.FromWriter(async (writer, _) =>
        {
            await Task.Yield();
            await writer.WriteAsync(new byte[10], CancellationToken.None);
        }));

        Assert.Equal(3, scene.Sends.Count); // the head, the chunk, the end
        Assert.Equal("f\r\n".Length + 12, scene.Sends[1]);
        Assert.Equal(10, scene.Request.Body.Length);
    }

    [Fact]
    [Trait("rule", "R-139")]
    public void Piece_of_no_bytes_is_not_sent_as_a_chunk()
    {
        var scene = new UploadScene();

        scene.Put(ContentShapes.All["asynchronous sequence"]([1, 2, 3]));

        Assert.Equal([1, 2, 3], scene.Request.Body.ToArray());
        Assert.Empty(scene.Server.Problems);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Connection_is_used_again_after_an_upload(string shape)
    {
        var scene = new UploadScene(ServerReply.Text("1"), ServerReply.Text("2"));

        scene.Run(async client =>
        {
            using (await client.PutAsync(UploadScene.Address, ContentShapes.All[shape](Random(5000))))
            {
            }

            using Response second = await client.GetAsync(UploadScene.Address);
            return 0;
        });

        Assert.Equal(2, scene.Server.Requests.Count);
        Assert.Equal(1, scene.Network.TotalDials);
    }

    /// <summary>Each read takes a while, and gives a piece of its own number.</summary>
    private sealed class SlowStream(TimeProvider time, TimeSpan delay, int pieces, int pieceSize) : Stream
    {
        private int _next;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_next == pieces)
            {
                return 0;
            }

            await Task.Delay(delay, time, cancellationToken);
            buffer.Span[..pieceSize].Fill((byte)_next++);
            return pieceSize;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
