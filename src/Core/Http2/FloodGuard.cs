namespace PollHttp.Core.Http2;

/// <summary>
/// Limits frames that cost work and bring no response, with a budget that useful frames and time restore. Well-behaved servers never come near its
/// end.
/// </summary>
internal struct FloodGuard
{
    /// <summary>The budget.</summary>
    public const int Most = 1_000;

    /// <summary>The number of empty DATA frames that may come in a row.</summary>
    public const int MostEmptyData = 100;

    /// <summary>The number of frames with which a peer may answer each DATA frame: some send credit for the stream and for the connection at once,
    /// however small the frame was.</summary>
    private const int CreditFrames = 2;

    private const int UsefulBytes = 1024;
    private const int SmallIncrement = 1024;

    private static readonly TimeSpan s_restoring = TimeSpan.FromMilliseconds(10);

    private Instant _restoredUntil;
    private int _spent;
    private int _usefulBytes;
    private int _emptyData;
    private int _creditExpected;

    /// <summary>Gets a value indicating whether the budget is used up.</summary>
    public readonly bool IsExhausted => _spent > Most || _emptyData > MostEmptyData;

    /// <summary>Records a frame that brings nothing useful.</summary>
    public void Spend(int cost) => _spent += cost;

    /// <summary>Records that a head came.</summary>
    public void OnHead() => GiveBack(1);

    /// <summary>Records a DATA frame and its octets of content. However small it is, the window of its stream limits how many come unread.</summary>
    public void OnData(int count, bool isEnd)
    {
        bool isUseless = count == 0 && !isEnd;
        _emptyData = isUseless ? _emptyData + 1 : 0;
        Spend(isUseless ? 1 : 0);
        _usefulBytes += count;
        GiveBack(_usefulBytes / UsefulBytes);
        _usefulBytes %= UsefulBytes;
    }

    /// <summary>Records a DATA frame that was sent. The credit for it may come much later, and that for many frames at once.</summary>
    public void OnDataSent() => _creditExpected = Math.Min(_creditExpected, int.MaxValue - CreditFrames) + CreditFrames;

    /// <summary>Records credit that came: free for what was sent, and otherwise if it is worth a frame.</summary>
    public void OnCredit(int increment)
    {
        if (_creditExpected > 0)
        {
            _creditExpected--;
        }
        else if (increment < SmallIncrement)
        {
            Spend(1);
        }
    }

    /// <summary>Restores one for each hundredth of a second that has passed.</summary>
    public void OnTime(Instant now)
    {
        if (_spent == 0 || now - _restoredUntil >= s_restoring * Most)
        {
            (_spent, _restoredUntil) = (0, now);
            return;
        }

        int count = (int)((now - _restoredUntil) / s_restoring);
        GiveBack(count);
        _restoredUntil += s_restoring * count;
    }

    private void GiveBack(int count) => _spent = Math.Max(0, _spent - count);
}
