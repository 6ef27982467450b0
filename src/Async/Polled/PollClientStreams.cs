namespace PollHttp;

/// <summary>Streams and memory in pieces as bodies of requests of a <see cref="PollClient"/>. For pipes see <see cref="PipeRequestBody"/>.</summary>
public static class PollClientStreams
{
    /// <summary>
    /// Writes memory in pieces to the body of the request under way, as far as the connection takes it now, without a copy. Called after each
    /// poll until it returns false; the last call ends the body.
    /// </summary>
    /// <param name="client">The client; its request was made with a <see cref="ContentFraming"/>.</param>
    /// <param name="rest">What is left to write; the call takes off what it wrote. The memory is borrowed until this returns false.</param>
    /// <returns>Whether there is more to do: false when all was sent, and when the rest of the body is not wanted.</returns>
    /// <exception cref="InvalidOperationException">The memory has more bytes than the length that was announced, or fewer.</exception>
    public static bool SendRequestBody(this PollClient client, ref ReadOnlySequence<byte> rest)
    {
        ArgumentNullException.ThrowIfNull(client);
        rest = rest.Slice(client.WritePieces(rest));
        if (rest.IsEmpty && client.WantsRequestBody)
        {
            client.FinishRequestBody();
        }

        return client.IsRequestBodyOpen || client.HoldsRequestBody;
    }


    /// <summary>
    /// Writes what a stream has to the body of the request under way, as far as the connection takes it now. Called after each poll until it
    /// returns false; the last call ends the body.
    /// </summary>
    /// <param name="client">The client; its request was made with a <see cref="ContentFraming"/>.</param>
    /// <param name="source">The stream, which is read on this thread, in pieces, and not disposed. Use a file or memory, since a read that
    /// waits delays the frame.</param>
    /// <param name="buffer">Memory that is borrowed until this returns false. Each call writes at most its size, so with one call per frame
    /// it limits the rate.</param>
    /// <returns>Whether there is more to do: false if the stream has ended, or the rest of the body is not needed.</returns>
    /// <exception cref="ArgumentException">The buffer is empty.</exception>
    /// <exception cref="InvalidOperationException">The stream has more or fewer bytes than the announced length.</exception>
    public static bool SendRequestBody(this PollClient client, Stream source, Memory<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(source);
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("The buffer is empty.", nameof(buffer));
        }

        if (!client.HoldsRequestBody && client.WantsRequestBody)
        {
            int count = source.Read(buffer.Span);
            if (count == 0)
            {
                client.FinishRequestBody();
            }
            else
            {
                client.WriteRequestBody(buffer[..count]);
            }
        }

        return client.IsRequestBodyOpen || client.HoldsRequestBody;
    }

    /// <summary>Writes pieces until the connection takes no more.</summary>
    /// <returns>How many bytes were written.</returns>
    internal static long WritePieces(this PollClient client, ReadOnlySequence<byte> pieces)
    {
        long written = 0;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            if (piece.IsEmpty)
            {
                continue;
            }

            if (!client.WantsRequestBody)
            {
                break;
            }

            int taken = client.WriteRequestBody(piece);
            written += taken;
            if (taken < piece.Length)
            {
                break;
            }
        }

        return written;
    }
}
