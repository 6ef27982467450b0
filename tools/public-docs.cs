// Takes the members that are not public out of the documentation files beside the given assemblies: dotnet run --file tools/public-docs.cs -- X.dll …
#:property PublishAot=false
using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

foreach (string assembly in args)
{
    string documentation = Path.ChangeExtension(assembly, ".xml");
    HashSet<string> visible = new VisibleMembers(assembly).Ids;
    XDocument document = XDocument.Load(documentation, LoadOptions.PreserveWhitespace);
    XElement[] members = [.. document.Root!.Element("members")!.Elements("member")];
    XElement[] hidden = [.. members.Where(member => !visible.Contains(member.Attribute("name")!.Value))];
    foreach (XElement member in hidden)
    {
        (member.PreviousNode as XText)?.Remove();
        member.Remove();
    }

    document.Save(documentation, SaveOptions.DisableFormatting);
    Console.WriteLine($"{documentation}: {members.Length - hidden.Length} public members documented, {hidden.Length} others taken out");
    if (hidden.Length == members.Length)
    {
        throw new InvalidOperationException($"Nothing is left of {documentation}.");
    }
}

/// <summary>The documentation ids of an assembly's members that other assemblies can see.</summary>
internal sealed class VisibleMembers
{
    private readonly MetadataReader _reader;

    public VisibleMembers(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        _reader = file.GetMetadataReader();
        foreach (TypeDefinitionHandle handle in _reader.TypeDefinitions)
        {
            TypeDefinition type = _reader.GetTypeDefinition(handle);
            if (IsVisible(type))
            {
                Add(type, DocumentationNames.Of(_reader, handle));
            }
        }
    }

    public HashSet<string> Ids { get; } = [];

    private void Add(TypeDefinition type, string name)
    {
        Ids.Add("T:" + name);
        foreach (FieldDefinition field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            if (IsVisible((MethodAttributes)(field.Attributes & FieldAttributes.FieldAccessMask)))
            {
                Ids.Add($"F:{name}.{_reader.GetString(field.Name)}");
            }
        }

        foreach (MethodDefinition method in type.GetMethods().Select(_reader.GetMethodDefinition).Where(method => IsVisible(method.Attributes)))
        {
            Ids.Add($"M:{name}.{NameOf(method)}");
        }

        foreach (PropertyDefinition property in type.GetProperties().Select(_reader.GetPropertyDefinition))
        {
            PropertyAccessors accessors = property.GetAccessors();
            if (IsVisible(accessors.Getter) || IsVisible(accessors.Setter))
            {
                MethodSignature<string> signature = property.DecodeSignature(DocumentationNames.Instance, null);
                Ids.Add($"P:{name}.{_reader.GetString(property.Name).Replace('.', '#')}{Parameters(signature.ParameterTypes)}");
            }
        }

        foreach (EventDefinition member in type.GetEvents().Select(_reader.GetEventDefinition).Where(member => IsVisible(member.GetAccessors().Adder)))
        {
            Ids.Add($"E:{name}.{_reader.GetString(member.Name)}");
        }
    }

    private string NameOf(MethodDefinition method)
    {
        MethodSignature<string> signature = method.DecodeSignature(DocumentationNames.Instance, null);
        string name = _reader.GetString(method.Name);
        string arity = signature.GenericParameterCount > 0 ? "``" + signature.GenericParameterCount : "";
        string result = name is "op_Implicit" or "op_Explicit" ? "~" + signature.ReturnType : "";
        return name.Replace('.', '#') + arity + Parameters(signature.ParameterTypes) + result;
    }

    private static string Parameters(ImmutableArray<string> types) => types.IsEmpty ? "" : $"({string.Join(',', types)})";

    private bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(_reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private bool IsVisible(MethodDefinitionHandle method) => !method.IsNil && IsVisible(_reader.GetMethodDefinition(method).Attributes);

    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;
}

/// <summary>Writes types as documentation ids have them (C# standard, annex D.4).</summary>
internal sealed class DocumentationNames : ISignatureTypeProvider<string, object?>
{
    public static DocumentationNames Instance { get; } = new();

    public static string Of(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string name = reader.GetString(type.Name);
        return type.IsNested ? Of(reader, type.GetDeclaringType()) + "." + name : Join(reader.GetString(type.Namespace), name);
    }

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Of(reader, handle);

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, rawTypeKind) + "." + name
            : Join(reader.GetString(type.Namespace), name);
    }

    public string GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, context);

    /// <summary>Arguments stand in braces behind the name of the type they are for; the arity in a name counts those of that type alone.</summary>
    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments)
    {
        int next = 0;
        return string.Join('.', genericType.Split('.').Select(part =>
        {
            int tick = part.IndexOf('`', StringComparison.Ordinal);
            if (tick < 0)
            {
                return part;
            }

            int count = int.Parse(part[(tick + 1)..], System.Globalization.CultureInfo.InvariantCulture);
            string arguments = string.Join(',', typeArguments.Skip(next).Take(count));
            next += count;
            return $"{part[..tick]}{{{arguments}}}";
        }));
    }

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "System." + typeCode;

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{string.Join(',', Enumerable.Repeat("0:", shape.Rank))}]";

    public string GetByReferenceType(string elementType) => elementType + "@";

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetGenericMethodParameter(object? genericContext, int index) => "``" + index;

    public string GetGenericTypeParameter(object? genericContext, int index) => "`" + index;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetPinnedType(string elementType) => elementType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => "=FUNC:";

    private static string Join(string space, string name) => space.Length == 0 ? name : space + "." + name;
}
