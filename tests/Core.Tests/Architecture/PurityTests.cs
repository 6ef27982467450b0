using System.Reflection;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>
/// Core is pure in what it declares, too: the analyzer that bans symbols sees calls, not the types of fields and parameters.
/// </summary>
public sealed class PurityTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] s_bannedNamespaces =
        ["System.Threading.Tasks", "System.IO", "System.IO.Pipelines", "System.Net.Http", "System.Timers", "Microsoft"];

    private static readonly string[] s_bannedTypes =
    [
        "System.Threading.Thread", "System.Threading.Timer", "System.Threading.ThreadPool", "System.Threading.CancellationToken",
        "System.Threading.CancellationTokenSource", "System.Threading.SynchronizationContext", "System.Diagnostics.Stopwatch",
        "System.Console", "System.DateTime", "System.Net.Security.SslStream",
    ];

    /// <summary>An address family is a number, whatever its namespace.</summary>
    private static readonly string[] s_allowedOfSockets = ["System.Net.Sockets.AddressFamily"];

    [Fact]
    public void No_field_property_parameter_or_result_in_Core_is_of_a_banned_type()
    {
        string[] found =
        [
            .. from type in typeof(PollClient).Assembly.GetTypes()
               where type.Namespace?.StartsWith("PollHttp", StringComparison.Ordinal) == true
               from member in type.GetMembers(Everything)
               from declared in TypesOf(member)
               from part in Parts(declared)
               where IsBanned(part)
               select $"{type.FullName}.{member.Name}: {part.FullName}",
        ];
        Assert.Empty(found);
    }

    [Fact]
    public void Core_references_the_base_library_alone()
    {
        string[] found =
        [
            .. typeof(PollClient).Assembly.GetReferencedAssemblies().Select(static a => a.Name!)
                .Where(static name => !name.StartsWith("System.", StringComparison.Ordinal)),
        ];
        Assert.Empty(found);
        Assert.DoesNotContain(
            typeof(PollClient).Assembly.GetReferencedAssemblies(),
            static a => a.Name is "System.Net.Sockets" or "System.Net.Http" or "System.IO.Pipelines" or "System.Console" or "System.Threading.Thread");
    }

    [Fact]
    public void The_check_would_find_a_banned_type()
    {
        Assert.True(IsBanned(typeof(System.Net.Sockets.Socket)));
        Assert.Contains(Parts(typeof(List<Task<int>[]>)), IsBanned);
        Assert.False(IsBanned(typeof(System.Net.Sockets.AddressFamily)));
    }

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        EventInfo @event => [@event.EventHandlerType!],
        MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(static p => p.ParameterType)],
        ConstructorInfo constructor => constructor.GetParameters().Select(static p => p.ParameterType),
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType)
        {
            return Parts(type.GetElementType()!);
        }

        return type.IsGenericType ? [type, .. type.GetGenericArguments().SelectMany(Parts)] : [type];
    }

    private static bool IsBanned(Type type)
    {
        string name = type.FullName ?? type.Name;
        string space = type.Namespace ?? "";
        return s_bannedTypes.Contains(name)
            || s_bannedNamespaces.Contains(space)
            || (space == "System.Net.Sockets" && !s_allowedOfSockets.Contains(name));
    }
}
