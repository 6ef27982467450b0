using System.Buffers;
using System.Text;

namespace PollHttp.Authentication;

/// <summary>
/// Parses the challenges of field lines. A comma separates both challenges and parameters, so each item is read by what follows it:
/// <c>token =</c> is a parameter, another token begins a challenge (RFC 9110 §11.6.1).
/// </summary>
/// <remarks>
/// Servers violate this grammar in many ways, and for Basic no parameter is needed. So a value without quotes extends to the next comma or
/// parameter, commas may be missing, and text that can't be parsed is ignored up to the next comma outside of quotes.
/// </remarks>
internal ref struct ChallengeParser
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> s_token = SearchValues.Create(LettersAndDigits + TokenMarks);
    private static readonly SearchValues<char> s_token68 = SearchValues.Create(LettersAndDigits + "-._~+/");

    private ReadOnlySpan<char> _rest;

    private ChallengeParser(string line) => _rest = line;

    /// <summary>Parses the challenges of all lines, in order.</summary>
    public static List<Challenge> Parse(IReadOnlyList<string> lines)
    {
        List<Challenge> challenges = [];
        foreach (string line in lines)
        {
            ChallengeParser parser = new(line);
            while (parser.TryRead(out Challenge? challenge))
            {
                if (challenge is not null)
                {
                    challenges.Add(challenge);
                }
            }
        }

        return challenges;
    }

    /// <summary>Reads one item; returns false at the end. The challenge is null if the item is not a challenge.</summary>
    private bool TryRead(out Challenge? challenge)
    {
        challenge = null;
        SkipSeparators();
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (!TryTakeToken(out string scheme) || !(IsAtEndOfItem() || _rest[0] is ' ' or '\t'))
        {
            SkipItem(); // a parameter without a challenge, or not a scheme
            return true;
        }

        List<KeyValuePair<string, string>> parameters = [];
        SkipSpace();
        if (IsAtEndOfItem())
        {
            challenge = new(scheme, null, parameters);
            return true;
        }

        if (TryTakeToken68(out string? token))
        {
            challenge = new(scheme, token, parameters);
            return true;
        }

        if (!IsAtParameter())
        {
            SkipItem(); // the scheme is known anyway
        }

        while (IsAtParameter())
        {
            parameters.Add(TakeParameter());
            SkipSeparators();
        }

        challenge = new(scheme, null, parameters);
        return true;
    }

    private void SkipSpace() => _rest = _rest.TrimStart(" \t");

    private void SkipSeparators() => _rest = _rest.TrimStart(" \t,");

    private readonly bool IsAtEndOfItem()
    {
        ReadOnlySpan<char> after = _rest.TrimStart(" \t");
        return after.IsEmpty || after[0] == ',';
    }

    private readonly bool IsAtParameter() => IsAtParameter(_rest);

    private static bool IsAtParameter(ReadOnlySpan<char> text)
    {
        int length = LengthOf(text, s_token);
        return length > 0 && text[length..].TrimStart(" \t").StartsWith("=");
    }

    /// <summary>Advances to the next comma outside of quotes.</summary>
    private void SkipItem()
    {
        bool isQuoted = false;
        int i = 0;
        for (; i < _rest.Length && (isQuoted || _rest[i] != ','); i++)
        {
            if (_rest[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (isQuoted && _rest[i] == '\\')
            {
                i++;
            }
        }

        _rest = _rest[Math.Min(i, _rest.Length)..];
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
        bool isFollowedByBlank = after.StartsWith(" ") || after.StartsWith("\t");
        after = after.TrimStart(" \t");
        bool isLastOfItem = after.IsEmpty || after[0] == ',';
        if (length == 0
            || !(isLastOfItem || (isFollowedByBlank && whole == length && !IsAtParameter()))
            || (whole == length + 1 && IsAtParameter(after.TrimStart(" \t,"))))
        {
            return false; // "name=, other=x" is a parameter without a value
        }

        token = _rest[..whole].ToString();
        _rest = _rest[whole..];
        return true;
    }

    private KeyValuePair<string, string> TakeParameter()
    {
        TryTakeToken(out string name);
        _rest = _rest.TrimStart(" \t")[1..];
        SkipSpace();
        return new(name, _rest.StartsWith("\"") ? TakeQuoted() : TakeBare());
    }

    /// <summary>Takes a value without quotes: up to the next comma, or to white space that is followed by a parameter.</summary>
    private string TakeBare()
    {
        int end = 0;
        while (end < _rest.Length && _rest[end] != ',' && !(_rest[end] is ' ' or '\t' && IsAtParameter(_rest[end..].TrimStart(" \t"))))
        {
            end++;
        }

        string value = _rest[..end].Trim(" \t").ToString();
        _rest = _rest[end..];
        return value;
    }

    private string TakeQuoted()
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

        _rest = i < _rest.Length ? _rest[(i + 1)..] : default;
        if (!IsAtEndOfItem() && _rest[0] is not (' ' or '\t'))
        {
            SkipItem(); // quotes inside quotes, or another separator
        }

        return text.ToString();
    }
}
