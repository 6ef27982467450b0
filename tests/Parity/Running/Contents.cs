namespace PollHttp.Parity.Running;

/// <summary>Text of which the length is not known beforehand.</summary>
internal sealed class Unknown(string text) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.Write(Encoding.Latin1.GetBytes(text));

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>A content that throws, at once or after a piece.</summary>
internal sealed class Throwing(Exception error, bool later) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        later ? LaterAsync(stream) : throw error;

    private async Task LaterAsync(Stream stream)
    {
        await stream.WriteAsync("some"u8.ToArray());
        await stream.FlushAsync();
        throw error;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>A content that writes pieces, with a flush after every third.</summary>
internal sealed class Pieces(byte[] all, int size) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (int at = 0, i = 0; at < all.Length; at += size, i++)
        {
            await stream.WriteAsync(all.AsMemory(at, Math.Min(size, all.Length - at)));
            if (i % 3 == 2)
            {
                await stream.FlushAsync();
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>A content that a function writes.</summary>
internal sealed class Written(Func<Stream, CancellationToken, Task> write) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream, default);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        write(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
