using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PollHttp.Core;

/// <summary>Throws for wrong calls; out of line, so that the right calls stay small.</summary>
internal static class Misuse
{
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Throw(string call, string state) =>
        throw new InvalidOperationException($"{call} is not possible here: {state}.");

    /// <summary>Adds the failure that led to the state, where there is one.</summary>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Throw(string call, string state, in Fault fault) =>
        Throw(call, fault.Exists ? $"{state}: {fault.Describe().TrimEnd('.')}" : state);
}
