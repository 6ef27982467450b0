using System.Reflection;
using PollHttp.Core;
using PollHttp.Sockets;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Architecture;

/// <summary>A state is an enum with its transitions: many booleans of one type allow combinations that are no state.</summary>
public sealed class StateTests
{
    private const int Most = 4;

    /// <summary>Settings with names from the platform, each independent of the others.</summary>
    private static readonly string[] s_settings = ["HandlerSettings"];

    [Fact]
    public void No_type_has_more_than_four_booleans() => Assert.Equal(
        s_settings,
        new[] { typeof(HttpConnection), typeof(SocketNetwork), typeof(SimulatedNetwork), typeof(PollLoop) }
            .SelectMany(static type => type.Assembly.GetTypes())
            .Where(static type => !type.Name.Contains('<', StringComparison.Ordinal) && CountOf(type) > Most)
            .Select(static type => type.Name)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void The_check_counts_fields_properties_and_parameters_that_are_kept() => Assert.Equal(4, CountOf(typeof(Example)));

    private static int CountOf(Type type) => type
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Count(static field => field.FieldType == typeof(bool) || field.FieldType == typeof(bool?));

    private sealed class Example(bool isKept)
    {
        private readonly bool? _field = isKept ? true : null;

        public bool Property { get; init; }

        public bool OtherProperty { get; init; }

        public bool Derived => isKept && _field == Property && OtherProperty;
    }
}
