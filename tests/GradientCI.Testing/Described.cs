using System.Collections;
using System.Reflection;
using GradientCI.SearchSpaces;

namespace GradientCI.Testing;

/// <summary>Records as text, all the way down: arrays in records compare by reference, texts do not.</summary>
public static class Described
{
    public static string As(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        double number => number.ToString("R"),
        DateTimeOffset time => time.ToString("O"),
        ParameterValue parameter => $"{parameter.Kind}:{parameter}",
        IEnumerable items => $"[{string.Join(",", items.Cast<object?>().Select(As))}]",
        ValueType plain when plain is Enum || plain.GetType().Namespace == "System" => plain.ToString()!,
        _ => $"{value.GetType().Name}{{{string.Join(",", Properties(value.GetType()).Select(property => $"{property.Name}={As(property.GetValue(value))}"))}}}",
    };

    private static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0 && property.Name != "Count");
}
