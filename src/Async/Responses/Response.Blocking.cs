using PollHttp.Bodies;
using PollHttp.Responses;

namespace PollHttp;

// The body on the calling thread, which blocks if there is nothing to read: no task is created.
public sealed partial class Response
{
    /// <summary>Writes the body into a stream, on the calling thread.</summary>
    public void CopyTo(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ResponseBody body = Body;
        body.Take(BodyUse.Whole);
        try
        {
            while (TryNext(body.Source, out ReadOnlyMemory<byte> slice))
            {
                destination.Write(slice.Span);
                body.Source.Advance(slice.Length);
            }
        }
        finally
        {
            body.Finish(byReader: true);
        }
    }

    /// <summary>Reads the body as bytes, on the calling thread.</summary>
    public byte[] ReadAsByteArray() => BodyBuffer.Read(this, int.MaxValue);

    /// <summary>Reads the body as text, on the calling thread; decoded as by <see cref="ReadAsStringAsync"/>.</summary>
    public string ReadAsString() => BodyText.Decode(BodyBuffer.ReadMemory(this, int.MaxValue), Headers);

    private static bool TryNext(BodySource source, out ReadOnlyMemory<byte> slice)
    {
        ReadOnlySequence<byte> data;
        while (!source.TryRead(0, out data, out _))
        {
            source.Wait(0);
        }

        slice = data.First;
        return !slice.IsEmpty;
    }
}
