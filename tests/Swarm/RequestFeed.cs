using System.Globalization;
using System.Text;

namespace PollHttp.Swarm;

/// <summary>Reads the requests of one connection as they come, and checks every byte of their contents.</summary>
internal sealed class RequestFeed(Ledger ledger)
{
    private readonly List<byte> _line = [];
    private readonly List<string> _lines = [];
    private State _state;
    private long _left;
    private bool _isChunked;
    private long _taken;
    private MemoryStream? _parts;

    private enum State
    {
        Head,
        Content,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailers,
        Over,
    }

    /// <summary>Gets the call whose request is being read; null before its head is complete.</summary>
    public CallPlan? Call { get; private set; }

    public int Hop { get; private set; }

    public bool IsComplete => _state == State.Over;

    public bool ExpectsContinue { get; private set; }

    public bool AcceptsCoding { get; private set; }

    /// <summary>Gets or sets a value indicating whether a proxy has let the connection through.</summary>
    public bool IsBehindProxy { get; set; }

    /// <summary>Gets how many answers have begun on the connection.</summary>
    public int Answers { get; private set; }

    /// <summary>Takes bytes up to the end of the head, or of the request.</summary>
    /// <returns>How many were taken.</returns>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        bool hadHead = Call is not null;
        while (taken < bytes.Length && _state != State.Over && hadHead == (Call is not null))
        {
            taken += Step(bytes[taken..]);
        }

        return taken;
    }

    /// <summary>Notes that an answer begins.</summary>
    /// <returns>Its number on the connection, from 1.</returns>
    public int BeginAnswer() => ++Answers;

    public void Reset()
    {
        (Call, _state, _taken) = (null, State.Head, 0);
        _lines.Clear();
    }

    private int Step(ReadOnlySpan<byte> bytes)
    {
        if (_state is State.Content or State.Chunk)
        {
            int count = (int)Math.Min(_left, bytes.Length);
            Check(bytes[..count]);
            _left -= count;
            if (_left == 0)
            {
                _state = _state == State.Content ? State.Over : State.ChunkEnd;
                if (_state == State.Over)
                {
                    CheckParts();
                }
            }

            return count;
        }

        _line.Add(bytes[0]);
        if (_line is [.., (byte)'\r', (byte)'\n'])
        {
            string line = Encoding.Latin1.GetString([.. _line.SkipLast(2)]);
            _line.Clear();
            OnLine(line);
        }

        return 1;
    }

    private void OnLine(string line)
    {
        switch (_state)
        {
            case State.Head when line.Length > 0:
                _lines.Add(line);
                break;
            case State.Head:
                OnHead();
                break;
            case State.ChunkSize:
                _left = long.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long size) ? size : throw Malformed($"chunk size '{line}'");
                _state = size == 0 ? State.Trailers : State.Chunk;
                break;
            case State.ChunkEnd:
                _state = line.Length == 0 ? State.ChunkSize : throw Malformed($"'{line}' after a chunk");
                break;
            default:
                _state = line.Length == 0 ? State.Over : State.Trailers;
                break;
        }

        if (_state == State.Over && _isChunked)
        {
            CheckLength();
        }
    }

    private void OnHead()
    {
        string[] parts = _lines.Count == 0 ? [] : _lines[0].Split(' ');
        string[] path = parts.Length == 3 ? parts[1].Replace("http://server.test/", "/", StringComparison.Ordinal).Split('/') : [];
        if (path.Length != 3 || !int.TryParse(path[1], out int number) || !int.TryParse(path[2], out int hop) || ledger.PlanOf(number) is not { } call)
        {
            throw Malformed($"request line '{(_lines.Count == 0 ? "" : _lines[0])}'");
        }

        Hop = hop;
        _isChunked = Field("Transfer-Encoding") == "chunked";
        _left = Field("Content-Length") is { } length ? long.Parse(length, CultureInfo.InvariantCulture) : 0;
        ExpectsContinue = Field("Expect") is not null;
        AcceptsCoding = call.Answer.Coding.Length > 0 && (Field("Accept-Encoding") ?? "").Contains(call.Answer.Coding, StringComparison.Ordinal);
        _state = _isChunked ? State.ChunkSize : _left > 0 ? State.Content : State.Over;
        _parts = call.Content?.Kind == ContentKind.Multipart ? new() : null;
        if (!_isChunked && call.Content is { Kind: not ContentKind.Multipart } content && _left != content.Length)
        {
            throw Malformed($"Content-Length {_left} of call {number}, whose content has {content.Length}");
        }

        Call = call;
        ledger.HeadSeen(call, hop, parts[0]);
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        if (_parts is not null)
        {
            _parts.Write(bytes);
            return;
        }

        int wrong = Pattern.FirstWrong(Pattern.OfContent(Call!.Number), _taken, bytes);
        if (wrong >= 0)
        {
            ledger.Fail("wrong bytes in a request", $"the content of call {Call.Number} at {_taken + wrong} of {Call.Content?.Length}");
        }

        _taken += bytes.Length;
    }

    /// <summary>Checks a multipart content with one part, which is the content of the plan (RFC 2046 §5.1.1).</summary>
    private void CheckParts()
    {
        if (_parts is null)
        {
            return;
        }

        ReadOnlySpan<byte> all = _parts.GetBuffer().AsSpan(0, (int)_parts.Length);
        int line = all.IndexOf("\r\n"u8);
        int start = all.IndexOf("\r\n\r\n"u8) + 4;
        int length = Call!.Content!.Length;
        ReadOnlySpan<byte> end = all[Math.Min(all.Length, start + length)..];
        if (line < 3 || start < 4 || Pattern.FirstWrong(Pattern.OfContent(Call.Number), 0, all[start..Math.Min(all.Length, start + length)]) >= 0
            || !end.SequenceEqual([.. "\r\n"u8, .. all[..line], .. "--\r\n"u8]))
        {
            ledger.Fail("wrong multipart content", $"{all.Length} bytes, begins '{Encoding.Latin1.GetString(all[..Math.Min(200, all.Length)])}', ends '{Encoding.Latin1.GetString(end)}': {Call}");
        }
    }

    private void CheckLength()
    {
        if (_parts is not null)
        {
            CheckParts();
            return;
        }

        if (_taken != (Call?.Content?.Length ?? 0))
        {
            ledger.Fail("short content taken as whole", $"the content of call {Call!.Number} ended in order after {_taken} of {Call.Content?.Length} bytes");
        }
    }

    private string? Field(string name) => _lines.Skip(1)
        .FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private FormatException Malformed(string what)
    {
        ledger.Fail("malformed request", what);
        return new(what);
    }
}
