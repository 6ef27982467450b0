namespace PollHttp.Decoding;

/// <summary>
/// What a code stands for, in 32 bits: in the lowest five how many bits the code and what follows it have together, then three marks, in
/// the next eight the bits of the code alone, above them a value of 16 bits.
/// </summary>
internal readonly struct HuffmanEntry(uint raw)
{
    private const uint LiteralMark = 0x20;
    private const uint SpecialMark = 0x40;
    private const uint PointerMark = 0x80;
    private const int CodeShift = 8;
    private const int ValueShift = 16;

    private readonly uint _raw = raw;

    /// <summary>Gets what stands where no code ends.</summary>
    public static HuffmanEntry NoCode => new(SpecialMark);

    /// <summary>Gets the bits of the code and of what follows it; of a pointer, those that choose from the second table.</summary>
    public int Bits => (int)(_raw & 0x1F);

    /// <summary>Gets the bits of the code; 0 where there is none.</summary>
    public int CodeBits => (int)(_raw >> CodeShift) & 0xF;

    /// <summary>Gets the literal, the least length or distance, the symbol, or where the second table begins.</summary>
    public int Value => (int)(_raw >> ValueShift);

    /// <summary>Gets a value indicating whether <see cref="Value"/> is a byte of output.</summary>
    public bool IsLiteral => (_raw & LiteralMark) != 0;

    /// <summary>Gets a value indicating whether it is neither a literal nor a length or distance: the end of a block, a symbol that must not
    /// occur, or no code at all.</summary>
    public bool IsSpecial => (_raw & SpecialMark) != 0;

    /// <summary>Gets a value indicating whether a second table has the entry.</summary>
    public bool IsPointer => (_raw & PointerMark) != 0;

    public static HuffmanEntry Literal(int value) => new(((uint)value << ValueShift) | LiteralMark);

    public static HuffmanEntry Special(int symbol) => new(((uint)symbol << ValueShift) | SpecialMark);

    /// <summary>A length or distance: a least value, to which so many bits behind the code are added.</summary>
    public static HuffmanEntry Meaning(int value, int extraBits = 0) => new(((uint)value << ValueShift) | (uint)extraBits);

    public static HuffmanEntry Pointer(int offset, int bits) => new(((uint)offset << ValueShift) | PointerMark | (uint)bits);

    /// <summary>The meaning of a symbol, with the length of its code.</summary>
    public HuffmanEntry WithCode(int bits) => new(_raw + (uint)bits + ((uint)bits << CodeShift));

    /// <summary>Gets the value with what follows the code in the bits added.</summary>
    public int ValueIn(ulong bits) => Value + (int)((bits & ~(ulong.MaxValue << Bits)) >> CodeBits);
}
