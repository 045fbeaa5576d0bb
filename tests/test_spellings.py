"""News spellings against the one spelling under which a gazetteer has a place.

All places of a conflict's countries stand in one index, each by its BGN or GeoNames
name alone: what joins them must be the keys and the likeness, no list of alternates.
"""

import os
from pathlib import Path

import pytest
from test_docs import CACHE

from extract.conflict import load_conflicts
from extract.packs import Lexicons
from geo.gazetteer import (
    Gazetteer,
    Listing,
    Place,
    Stage,
    build_gazetteer,
    open_gazetteer,
)

# Country: news spelling = gazetteer's spelling; `~` where they are only loosely alike,
# so that other words of the text must support it.
PAIRS = {
    "SY": """
        Deir Hafer = Dayr Ḩāfir
        Dair Hafir = Dayr Ḩāfir
        دير حافر = Dayr Ḩāfir
        Raqqah = Ar Raqqah
        Rakka = Ar Raqqah
        al-Raqqa = Ar Raqqah
        الرقة ~ Ar Raqqah
        al-Ra'oufiah = Ar Ra'ūfīyah
        al-Rowzah ~ Ar Rawḑah
        Sweida = As Suwaydā'
        al-Suwayda = As Suwaydā'
        Bukamal = Abū Kamāl
        Albukamal = Abū Kamāl
        al-Boukamal = Abū Kamāl
        Abu Kamal = Abū Kamāl
        Deir Ezzor ~ Dayr az Zawr
        Deir al-Zour ~ Dayr az Zawr
        Deir ez-Zor ~ Dayr az Zawr
        Hasakeh = Al Ḩasakah
        Haseke ~ Al Ḩasakah
        Qamishlo = Al Qāmishlī
        Kamishly = Al Qāmishlī
        Maarat al-Numan = Ma‘arrat an Nu‘mān
        Maaret al-Nouman = Ma‘arrat an Nu‘mān
        Khan Sheikhoun = Khān Shaykhūn
        Jisr al-Shughour = Jisr ash Shughūr
        Saraqeb = Sarāqib
        Tel Rifaat = Tall Rif‘at
        Telabyad = Tall Abyaḑ
        Tal Abyad = Tall Abyaḑ
        Ain Issa = ‘Ayn ‘Īsá
        Eyn Isa = ‘Ayn ‘Īsá
        Ras al-Ayn = Ra’s al ‘Ayn
        Jarablus = Jarābulus
        Carablus = Jarābulus
        Menbij = Manbij
        Membij ~ Manbij
        Qusair = Al Quşayr
        Zabadani = Az Zabadānī
        Madaya = Maḑāyā
        Darayya = Dārayyā
        Khirbet Ghazaleh = Khirbat Ghazālah
        Sheikh Miskin = Shaykh Miskīn
        Nawa = Nawá
        Inkhil = Inkhil
        al-Shaykh Maskin = Shaykh Miskīn
        Kafranbel = Kafr Nabl
        Kafr Nabel = Kafr Nabl
        al-Dana = Ad Dānā
        Atareb = Al Atārib
        Hayyan = Ḩayyān
        Shaddadi ~ Ash Shaddādah
        al-Mayadeen = Al Mayādīn
        Hajin = Hajīn
        Baghuz = Al Bāghūz
    """,
    "IQ": """
        Sinjar = Sinjār
        Tal Afar = Tall ‘Afar
        Telafer ~ Tall ‘Afar
        Baiji = Bayjī
        Beiji = Bayjī
        Fallujah = Al Fallūjah
        Falluja = Al Fallūjah
        Ramadi = Ar Ramādī
        Hawija = Al Ḩawījah
        Haweeja = Al Ḩawījah
        Tikreet = Tikrīt
        Tuz Khurmato = Ţūz Khūrmātū
        Tooz Khormato = Ţūz Khūrmātū
        Qayyara = Al Qayyārah
        Gayara ~ Al Qayyārah
        Kirkuk = Karkūk
        Kerkuk = Karkūk
        Makhmour = Makhmūr
        Khanaqin = Khānaqīn
        Samarra = Sāmarrā’
        سامراء = Sāmarrā’
        Bashiqa = Ba‘shīqah
        Haditha = Ḩadīthah
        Rutba = Ar Ruţbah
        al-Qaim = Al Qā’im
    """,
    "YE": """
        Hodeidah = Al Ḩudaydah
        Hudaida = Al Ḩudaydah
        Taiz = Ta‘izz
        Marib = Ma'rib
        Sanaa = Şan‘ā'
        Saada = Şa‘dah
        Sa'ada = Şa‘dah
        Lahij = Laḩij
        Ad Dhale ~ Aḑ Ḑāli‘
        al-Bayda = Al Bayḑā'
        Mukalla = Al Mukallā
        Zinjibar = Zinjibār
        Shabwa = Shabwah
        Mokha = Al Mukhā
        Midi = Mīdī
        Harad = Ḩaraḑ
    """,
    "LY": """
        Misrata = Mişrātah
        Misurata = Mişrātah
        Tarhouna = Tarhūnah
        Ajdabiya = Ajdābiyā
        Gharyan = Gharyān
        Zintan = Az Zintān
        Zawiya = Az Zāwiyah
        Ras Lanouf = Ra’s Lānūf
        Sabratha = Şabrātah
        Murzuq = Murzuq
        Derna ~ Darnah
    """,
    "SD": """
        El Fasher = Al Fāshir
        Nyala = Nyālā
        Zalingei ~ Zālinjay
        El Obeid = Al Ubayyiḑ
        Omdurman = Umm Durmān
        Wad Madani = Wad Madanī
        Sennar = Sinnār
        Ed Daein = Aḑ Ḑa‘īn
        Kutum = Kutum
        Babanusa = Babanūsah
    """,
    "SO": """
        Kismayo = Kismaayo
        Beledweyne = Beledweyne
        Afgoye = Afgooye
        Jowhar = Jawhar
        Barawe = Baraawe
        Galkayo = Gaalkacyo
        Bosaso = Boosaaso
    """,
    "AF": """
        Kunduz = Kunduz
        Kundooz = Kunduz
        Konduz = Kunduz
        Lashkar Gah = Lashkar Gāh
        Lashkargah = Lashkar Gāh
        Ghazni = Ghaznī
        Jalalabad = Jalālābād
        Mazar-e Sharif = Mazār-e Sharīf
        Mazar-i-Sharif = Mazār-e Sharīf
        Kandahar = Kandahār
        Qandahar = Kandahār
        Sangin = Sangīn
        Musa Qala = Mūsá Qal‘ah
        Tarin Kot = Tarīn Kōṯ
        Tirin Kot = Tarīn Kōṯ
        Pul-e Khumri = Pul-e Khumrī
        Taloqan = Tāluqān
        Faizabad = Fayzābād
        Feyzabad = Fayzābād
    """,
    "UA": """
        Izium = Izyum
        Ізюм = Izyum
        Изюм = Izyum
        Kiev = Kyiv
        Киев = Kyiv
        Київ = Kyiv
        Kharkov = Kharkiv
        Bakhmut = Bakhmut
        Бахмут = Bakhmut
        Avdeevka = Avdiivka
        Avdeyevka ~ Avdiivka
        Авдіївка = Avdiivka
        Kupyansk = Kupiansk
        Lisichansk = Lysychansk
        Severodonetsk = Sievierodonetsk
        Zaporizhia = Zaporizhzhia
        Kreminna = Kreminna
        Krasny Liman = Krasnyy Lyman
        Lyman = Lyman
        Kherson = Kherson
        Херсон = Kherson
        Snihurivka = Snihurivka
        Balakleya = Balakliia
    """,
}

# Exonyms, former names and nicknames, which no key can join: GeoNames' alternates do.
OTHER_NAMES = {
    "SY": """
        Palmyra = Tadmur
        Kobani = ‘Ayn al ‘Arab
        Kobane = ‘Ayn al ‘Arab
        Ain al-Arab = ‘Ayn al ‘Arab
        Halep = Aleppo
        Damas = Damascus
        Emesa = Homs
        al-Thawrah = Al-Tabqa
        Efrin = ‘Afrīn
    """,
    "IQ": """
        Shingal = Sinjār
        Hewler = Erbil
        Felluce = Al Fallūjah
        Telafer = Tall ‘Afar
        Bassora = Basrah
    """,
    "YE": """
        Khoukha = Al Khawkhah
        Mokha = Mocha
        Ad Dhale = Aḑ Ḑāli‘
    """,
    "LY": """
        Brega = Al Burayqah
        Bengasi = Benghazi
        Derna = Darnah
    """,
    "SD": """
        Al-Fashir = El Fasher
        Zalingei = Zalinjay
    """,
    "SO": """
        Beletweyne = Beledweyne
        Merca = Marka
        Galcaio = Gaalkacyo
        Kismayu = Kismayo
    """,
    "AF": """
        Qunduz = Kunduz
        Qandahar = Kandahār
    """,
    "UA": """
        Kiev = Kyiv
        Киев = Kyiv
        Київ = Kyiv
        Изюм = Izyum
        Ізюм = Izyum
        Lvov = Lviv
        Vugledar = Vuhledar
        Угледар = Vuhledar
        Artemivsk = Bakhmut
        Артёмовск = Bakhmut
        Dnepropetrovsk = Dnipro
        Zaporozhye = Zaporizhzhya
        Volchansk = Vovchansk
        Cherson = Kherson
    """,
}


def rows(pairs):
    for country, lines in pairs.items():
        for line in filter(None, map(str.strip, lines.splitlines())):
            sign = "~" if " ~ " in line else "="
            written, filed = line.split(f" {sign} ")
            yield country, written, filed, sign == "~"


ROWS = list(rows(PAIRS))


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    listings = [
        Listing(
            place=Place(
                place_id=f"{country}:{name}", name=name, lon=38.0, lat=36.0,
                country=country, source="test",
            ),
            names=(name,),
        )
        for country, name in dict.fromkeys((c, filed) for c, _, filed, _ in ROWS)
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("spellings") / "index.sqlite"
    build_gazetteer(path, listings=listings, stamp="spellings")
    with Gazetteer(path) as opened:
        yield opened


@pytest.mark.parametrize(("country", "written", "filed", "is_loose"), ROWS)
def test_a_news_spelling_meets_the_gazetteers(
    gazetteer, country, written, filed, is_loose
):
    found = gazetteer.find(written, [country], variants=True)
    nearest = [m.place.name for m in found if m.stage == found[0].stage]
    assert nearest == [filed]
    assert (found[0].stage == Stage.LOOSE) == is_loose


@pytest.mark.parametrize(("country", "written", "filed", "is_loose"), ROWS)
def test_a_variant_means_nothing_in_other_countries(
    gazetteer, country, written, filed, is_loose
):
    assert gazetteer.find(written, ["FR"], variants=True) == []
    found = gazetteer.find(written, [], variants=True)
    assert {m.stage for m in found} <= {Stage.EXACT, Stage.FOLD}


@pytest.fixture(scope="module")
def geonames():
    path = Path(os.environ.get("TIDELINE_CACHE", CACHE)) / "gazetteer.sqlite"
    with open_gazetteer(path, Lexicons(load_conflicts()).countries) as opened:
        yield opened


@pytest.mark.parametrize(
    ("country", "written", "filed", "is_loose"), list(rows(OTHER_NAMES))
)
def test_other_names_of_towns_meet_geonames(
    geonames, country, written, filed, is_loose
):
    found = geonames.find(written, [country], variants=True)
    assert filed in [m.place.name for m in found if m.stage == found[0].stage]
    assert not is_loose
