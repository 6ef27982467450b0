using System.Text;

namespace PollHttp.Swarm;

/// <summary>Checks the bytes of one request content where a server takes them.</summary>
internal sealed class ContentCheck(Ledger ledger, CallPlan call)
{
    private readonly MemoryStream? _parts = call.Content?.Kind == ContentKind.Multipart ? new() : null;
    private long _taken;

    public void Accept(ReadOnlySpan<byte> bytes)
    {
        if (_parts is not null)
        {
            _parts.Write(bytes);
            return;
        }

        int wrong = Pattern.FirstWrong(Pattern.OfContent(call.Number), _taken, bytes);
        if (wrong >= 0)
        {
            ledger.Fail("wrong bytes in a request", $"the content of call {call.Number} at {_taken + wrong} of {call.Content?.Length}");
        }

        _taken += bytes.Length;
    }

    /// <summary>Checks that the content was whole, as its end came in order.</summary>
    public void End()
    {
        if (_parts is not null)
        {
            CheckParts(_parts);
        }
        else if (_taken != (call.Content?.Length ?? 0))
        {
            ledger.Fail("short content taken as whole", $"the content of call {call.Number} ended in order after {_taken} of {call.Content?.Length} bytes");
        }
    }

    /// <summary>Checks a multipart content with one part, which is the content of the plan (RFC 2046 §5.1.1).</summary>
    private void CheckParts(MemoryStream parts)
    {
        ReadOnlySpan<byte> all = parts.GetBuffer().AsSpan(0, (int)parts.Length);
        int line = all.IndexOf("\r\n"u8);
        int start = all.IndexOf("\r\n\r\n"u8) + 4;
        int length = call.Content!.Length;
        ReadOnlySpan<byte> end = all[Math.Min(all.Length, start + length)..];
        if (line < 3 || start < 4 || Pattern.FirstWrong(Pattern.OfContent(call.Number), 0, all[start..Math.Min(all.Length, start + length)]) >= 0
            || !end.SequenceEqual([.. "\r\n"u8, .. all[..line], .. "--\r\n"u8]))
        {
            ledger.Fail("wrong multipart content", $"{all.Length} bytes, begins '{Encoding.Latin1.GetString(all[..Math.Min(200, all.Length)])}', ends '{Encoding.Latin1.GetString(end)}': {call}");
        }
    }
}
