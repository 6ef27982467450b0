namespace PollHttp.Bodies;

/// <summary>
/// Tracks whether a reader holds memory that another thread may want to release. If the memory is lent, the reader releases it when it
/// gives it back; otherwise the thread that ends the loan releases it.
/// </summary>
/// <remarks>Thread safety: <see cref="TryTake"/> and <see cref="GiveBack"/> by the reader, <see cref="End"/> from any thread.</remarks>
internal struct Loan
{
    private const int Lent = 1;
    private const int Ended = 2;

    private int _state;

    /// <summary>Begins or continues the loan. False means that it was ended, and the memory must not be used.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Lent, 0) is 0 or Lent;

    /// <summary>
    /// Gives back what the reader took. True means that the loan was ended meanwhile, and the reader must release the memory now.
    /// </summary>
    public bool GiveBack() => Interlocked.And(ref _state, ~Lent) == (Lent | Ended);

    /// <summary>Ends the loan. True, returned once, means that nothing is lent, and the caller must release the memory now.</summary>
    public bool End() => Interlocked.Or(ref _state, Ended) == 0;
}
