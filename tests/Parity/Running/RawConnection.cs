using System.Net.Sockets;

namespace PollHttp.Parity.Running;

/// <summary>One connection of a <see cref="RawServer"/>: reads requests, writes whatever the script says.</summary>
internal sealed class RawConnection(int number, Socket socket, Stream stream, RawServer server)
{
    private Stream _stream = stream;
    private byte[] _buffer = [];

    public int Number => number;

    public Stream Stream => _stream;

    /// <summary>Everything received beyond what was taken by <see cref="ReadRequestAsync"/>.</summary>
    public async Task<RawRequest?> ReadRequestAsync(bool withContent = true)
    {
        int end;
        while ((end = IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync())
            {
                return null;
            }
        }

        string head = Encoding.Latin1.GetString(_buffer, 0, end + 2);
        _buffer = _buffer[(end + 4)..];
        RawRequest request = new(number, head, "");
        if (withContent)
        {
            request = request with { Content = await ReadContentAsync(request) };
        }

        server.Add(request);
        return request;
    }

    public async Task<string> ReadContentAsync(RawRequest request)
    {
        int length;
        if (request.Field("Transfer-Encoding") is not null)
        {
            while ((length = EndOfChunks()) < 0)
            {
                if (!await FillAsync())
                {
                    length = _buffer.Length;
                    break;
                }
            }
        }
        else
        {
            length = int.Parse(request.Field("Content-Length") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            while (_buffer.Length < length && await FillAsync())
            {
            }

            length = Math.Min(length, _buffer.Length);
        }

        string content = Encoding.Latin1.GetString(_buffer, 0, length);
        _buffer = _buffer[length..];
        return content;
    }

    /// <summary>Reads some bytes as they come; empty at the end.</summary>
    public async Task<string> ReadSomeAsync()
    {
        if (_buffer.Length == 0 && !await FillAsync())
        {
            return "";
        }

        string some = Encoding.Latin1.GetString(_buffer);
        _buffer = [];
        return some;
    }

    public async Task WriteAsync(string bytes)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
        await _stream.FlushAsync();
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream.WriteAsync(bytes);
        await _stream.FlushAsync();
    }

    /// <summary>Speaks TLS from here on: what a tunnel leads to.</summary>
    public async Task SecureAsync(System.Net.Security.SslServerAuthenticationOptions options)
    {
        if (_buffer.Length > 0)
        {
            throw new InvalidOperationException("The client went on before it was asked to.");
        }

        System.Net.Security.SslStream secure = new(_stream);
        _stream = secure;
        await secure.AuthenticateAsServerAsync(options);
    }

    /// <summary>Takes so many bytes.</summary>
    public async Task<byte[]> TakeAsync(int count)
    {
        while (_buffer.Length < count)
        {
            if (!await FillAsync())
            {
                throw new IOException("The client has gone.");
            }
        }

        byte[] taken = _buffer[..count];
        _buffer = _buffer[count..];
        return taken;
    }

    /// <summary>Takes what comes before the next zero, and the zero.</summary>
    public async Task<string> TakeStringAsync()
    {
        StringBuilder text = new();
        byte next;
        while ((next = (await TakeAsync(1))[0]) != 0)
        {
            text.Append((char)next);
        }

        return text.ToString();
    }

    public void Close()
    {
        _stream.Dispose();
        socket.Dispose();
    }

    /// <summary>Sends nothing more, and goes on reading.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    /// <summary>Completes when the peer has closed.</summary>
    public async Task WaitForEndAsync()
    {
        try
        {
            while (await FillAsync())
            {
                _buffer = [];
            }
        }
        catch (IOException)
        {
        }
    }

    private async Task<bool> FillAsync()
    {
        byte[] more = new byte[16 * 1024];
        int count;
        try
        {
            count = await _stream.ReadAsync(more);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }

        _buffer = [.. _buffer, .. more[..count]];
        return count > 0;
    }

    private int IndexOf(ReadOnlySpan<byte> pattern) => _buffer.AsSpan().IndexOf(pattern);

    private int EndOfChunks()
    {
        int at = 0;
        while (true)
        {
            int lineEnd = _buffer.AsSpan(at).IndexOf("\r\n"u8);
            if (lineEnd < 0)
            {
                return -1;
            }

            int size = Convert.ToInt32(Encoding.Latin1.GetString(_buffer, at, lineEnd).Split(';')[0], 16);
            at += lineEnd + 2 + size + 2;
            if (at > _buffer.Length)
            {
                return -1;
            }

            if (size == 0)
            {
                return at;
            }
        }
    }
}
