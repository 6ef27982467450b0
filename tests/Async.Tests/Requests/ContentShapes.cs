using System.Buffers;
using System.IO.Pipelines;

namespace PollHttp.Tests;

/// <summary>The same bytes as every kind of content there is.</summary>
internal static class ContentShapes
{
    public static IReadOnlyDictionary<string, Func<byte[], RequestContent>> All { get; } = new Dictionary<string, Func<byte[], RequestContent>>
    {
        ["memory"] = bytes => RequestContent.FromBytes(bytes),
        ["sequence"] = bytes => RequestContent.FromSequence(Split(bytes)),
        ["stream"] = bytes => RequestContent.FromStream(new MemoryStream(bytes)),
        ["stream without length"] = bytes => RequestContent.FromStream(new OneWayStream(bytes)),
        ["pipe"] = bytes => RequestContent.FromPipe(PipeOf(bytes)),
        ["asynchronous sequence"] = bytes => RequestContent.FromAsyncEnumerable(Pieces(bytes)),
        ["writer"] = bytes => RequestContent.FromWriter((writer, _) => writer.WriteAsync(bytes, CancellationToken.None).AsTask()),
        ["own"] = bytes => new OwnContent(bytes),
    };

    public static ReadOnlySequence<byte> Split(byte[] bytes)
    {
        Segment first = new(bytes.AsMemory(0, bytes.Length / 3), 0);
        Segment second = first.Then(bytes.AsMemory(bytes.Length / 3, bytes.Length / 3));
        Segment third = second.Then(bytes.AsMemory(bytes.Length / 3 * 2));
        return new(first, 0, third, third.Memory.Length);
    }

    private static PipeReader PipeOf(byte[] bytes)
    {
        var pipe = new Pipe(new(pauseWriterThreshold: 0));
        pipe.Writer.Write(bytes);
        pipe.Writer.Complete();
        return pipe.Reader;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] bytes)
    {
        foreach (ReadOnlyMemory<byte> piece in Split(bytes))
        {
            await Task.CompletedTask;
            yield return piece;
            yield return default;
        }
    }

    private sealed class OwnContent(byte[] bytes) : RequestContent
    {
        public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
        {
            byte[] reused = new byte[1000];
            for (int sent = 0; sent < bytes.Length; sent += reused.Length)
            {
                int count = Math.Min(reused.Length, bytes.Length - sent);
                bytes.AsSpan(sent, count).CopyTo(reused);
                await sink.WriteAsync(reused.AsMemory(0, count));
                reused.AsSpan().Fill(0xEE);
            }
        }
    }

    private sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
