using System.Buffers;
using System.Text;

namespace PollHttp;

/// <summary>
/// Takes the challenges out of field lines. A comma separates both challenges and parameters, so each item is judged by what
/// follows it: <c>token =</c> is a parameter, a lone token begins a challenge (RFC 9110 §11.6.1).
/// </summary>
internal ref struct ChallengeParser
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> s_token = SearchValues.Create(LettersAndDigits + TokenMarks);
    private static readonly SearchValues<char> s_token68 = SearchValues.Create(LettersAndDigits + "-._~+/");

    private ReadOnlySpan<char> _rest;

    private ChallengeParser(string line) => _rest = line;

    /// <summary>The challenges of all lines, in order. From the first that is malformed on, a line has none .</summary>
    public static List<Challenge> Parse(IReadOnlyList<string> lines)
    {
        List<Challenge> challenges = [];
        foreach (string line in lines)
        {
            ChallengeParser parser = new(line);
            while (parser.TryRead(out Challenge? challenge))
            {
                challenges.Add(challenge!);
            }
        }

        return challenges;
    }

    private bool TryRead(out Challenge? challenge)
    {
        challenge = null;
        SkipSeparators();
        if (!TryTakeToken(out string scheme))
        {
            return false;
        }

        List<KeyValuePair<string, string>> parameters = [];
        if (IsAtEndOfItem())
        {
            challenge = new(scheme, null, parameters);
            return true;
        }

        if (_rest[0] != ' ')
        {
            return false;
        }

        SkipSpace();
        if (TryTakeToken68(out string? token))
        {
            challenge = new(scheme, token, parameters);
            return true;
        }

        while (TryTakeParameter(out KeyValuePair<string, string> parameter))
        {
            parameters.Add(parameter);
            if (!IsAtEndOfItem())
            {
                return false;
            }

            ReadOnlySpan<char> before = _rest;
            SkipSeparators();
            if (!IsAtParameter())
            {
                _rest = before;
                challenge = new(scheme, null, parameters);
                return true;
            }
        }

        return false;
    }

    private void SkipSpace() => _rest = _rest.TrimStart(" \t");

    private void SkipSeparators() => _rest = _rest.TrimStart(" \t,");

    private readonly bool IsAtEndOfItem()
    {
        ReadOnlySpan<char> after = _rest.TrimStart(" \t");
        return after.IsEmpty || after[0] == ',';
    }

    private readonly bool IsAtParameter()
    {
        int length = LengthOf(_rest, s_token);
        ReadOnlySpan<char> after = _rest[length..].TrimStart(" \t");
        return length > 0 && after.StartsWith("=");
    }

    private static int LengthOf(ReadOnlySpan<char> text, SearchValues<char> allowed)
    {
        int end = text.IndexOfAnyExcept(allowed);
        return end < 0 ? text.Length : end;
    }

    private bool TryTakeToken(out string token)
    {
        int length = LengthOf(_rest, s_token);
        token = _rest[..length].ToString();
        _rest = _rest[length..];
        return length > 0;
    }

    private bool TryTakeToken68(out string? token)
    {
        token = null;
        int length = LengthOf(_rest, s_token68);
        ReadOnlySpan<char> after = _rest[length..].TrimStart('=');
        int whole = _rest.Length - after.Length;
        after = after.TrimStart(" \t");
        if (length == 0 || (!after.IsEmpty && after[0] != ','))
        {
            return false;
        }

        token = _rest[..whole].ToString();
        _rest = _rest[whole..];
        return true;
    }

    private bool TryTakeParameter(out KeyValuePair<string, string> parameter)
    {
        parameter = default;
        if (!TryTakeToken(out string name))
        {
            return false;
        }

        SkipSpace();
        if (!_rest.StartsWith("="))
        {
            return false;
        }

        _rest = _rest[1..];
        SkipSpace();
        if (!(_rest.StartsWith("\"") ? TryTakeQuoted(out string value) : TryTakeToken(out value)))
        {
            return false;
        }

        parameter = new(name, value);
        return true;
    }

    private bool TryTakeQuoted(out string value)
    {
        StringBuilder text = new();
        int i = 1;
        for (; i < _rest.Length && _rest[i] != '"'; i++)
        {
            if (_rest[i] == '\\' && ++i == _rest.Length)
            {
                break;
            }

            text.Append(_rest[i]);
        }

        value = text.ToString();
        bool isClosed = i < _rest.Length;
        _rest = isClosed ? _rest[(i + 1)..] : default;
        return isClosed;
    }
}
