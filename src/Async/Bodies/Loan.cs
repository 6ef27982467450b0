namespace PollHttp.Bodies;

/// <summary>
/// Tells whether one reader has memory that another thread may want to give back: what is lent is released by the reader, once it has given
/// it back, and by the thread that ends the loan where nothing is lent.
/// </summary>
/// <remarks>Thread safety: <see cref="TryTake"/> and <see cref="GiveBack"/> by the reader, <see cref="End"/> from any thread.</remarks>
internal struct Loan
{
    private const int Lent = 1;
    private const int Ended = 2;

    private int _state;

    /// <summary>Begins or continues the loan. False: it was ended, and nothing may be touched.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Lent, 0) is 0 or Lent;

    /// <summary>Ends what the reader took. True: the loan was ended meanwhile, and the reader has to release the memory, now.</summary>
    public bool GiveBack() => Interlocked.And(ref _state, ~Lent) == (Lent | Ended);

    /// <summary>Lends no more. True, once: nothing is lent, and the caller has to release the memory, now.</summary>
    public bool End() => Interlocked.Or(ref _state, Ended) == 0;
}
