using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PollHttp.Core;

/// <summary>Throws for calls at the wrong time. Kept out of line, so that the callers stay small.</summary>
internal static class Misuse
{
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Throw(string call, string state) =>
        throw new InvalidOperationException($"{call} is not possible here: {state}.");

    /// <summary>Throws, and adds the fault that led to the state, if any.</summary>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Throw(string call, string state, in Fault fault) =>
        Throw(call, fault.Exists ? $"{state}: {fault.Describe().TrimEnd('.')}" : state);
}
